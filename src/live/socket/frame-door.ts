import type { ErrorCode } from '../../core/errors.ts'
import type { PushedPictures } from '../stream-feed.ts'
import { FrameSender } from './frame-sender.ts'
import type { LiveHub } from './hub.ts'
import type { LiveSocket } from './live-socket.ts'

export interface FrameDoorOptions {
  readonly hub: LiveHub
  readonly pictures: PushedPictures
  /** A sender was told that a message or a picture of its is none, or comes to nothing. */
  readonly onRefused?: (code: ErrorCode) => void
  /** Pixels of a picture. Default 8K: 7680×4320. */
  readonly maxPixels?: number
  /** Pictures a second of one sender that are handed on; of more, the newest. Default 60. */
  readonly maxFps?: number
  /** Messages of one sender in ten seconds. Default 20,000. */
  readonly mostMessages?: number
  /** A clock that never goes back, in milliseconds. */
  readonly now?: () => number
}

export interface FrameArrival {
  /** For people: `frames from 192.168.1.7`. */
  readonly description: string
  /** Whose pictures these are, where the address says it. */
  readonly stream: string | undefined
  /** Throws where whoever sends may not send for this stream: asked when they name it, and whenever they are looked up again. */
  readonly require?: (stream: string) => void
}

/** Frames in, results out, on one socket: the simplest client that there is. */
export class FrameDoor {
  readonly options: Required<FrameDoorOptions>
  readonly counts = { senders: 0, frames: 0, dropped: 0 }

  constructor(options: FrameDoorOptions) {
    this.options = {
      onRefused: () => {},
      maxPixels: 33_177_600,
      maxFps: 60,
      mostMessages: 20_000,
      now: () => performance.now(),
      ...options
    }
  }

  /** Undefined where there are too many clients: it was told so. */
  open(socket: LiveSocket, { description, stream, require = () => undefined }: FrameArrival): FrameSender | undefined {
    const client = this.options.hub.join(socket)
    if (!client) return undefined
    const sender = new FrameSender(this, client, { description, require })
    if (stream !== undefined) sender.message(Buffer.from(JSON.stringify({ type: 'start', stream })), false)
    return sender
  }
}
