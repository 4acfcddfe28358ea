import Compile from 'typebox/compile'
import { type DroppedMessage, FrameNote, type StartedMessage, StartRequest } from '../../contract/pushed-frames.ts'
import { SightlineError } from '../../core/errors.ts'
import type { PushedSession } from '../stream-feed.ts'
import { FloodGate } from './flood-gate.ts'
import type { FrameDoor } from './frame-door.ts'
import type { LiveClient } from './live-client.ts'
import { closeCodes } from './live-socket.ts'
import { NewestFrame } from './newest-frame.ts'
import { type PictureHeader, pictureHeader } from './picture-header.ts'
import { readMessage } from './read-message.ts'

interface SentFrame {
  readonly data: Buffer
  readonly codec: PictureHeader['codec']
  readonly sourceMs: number
  readonly id: string | undefined
}

interface Sender {
  readonly description: string
  readonly require: (stream: string) => void
}

const start = Compile(StartRequest)
const note = Compile(FrameNote)
const tellMs = 1000
const noParameterSets = Buffer.alloc(0)

/** One connection to `/ws`. */
export class FrameSender {
  readonly #door: FrameDoor
  readonly #client: LiveClient
  readonly #description: string
  readonly #require: (stream: string) => void
  #stream: string | undefined
  readonly #frames: NewestFrame<SentFrame>
  #session: PushedSession | undefined
  #codec: PictureHeader['codec'] | undefined
  #note: FrameNote = {}
  #tellTimer: NodeJS.Timeout | undefined
  readonly #gate: FloodGate

  constructor(door: FrameDoor, client: LiveClient, { description, require }: Sender) {
    this.#door = door
    this.#client = client
    this.#description = description
    this.#require = require
    const { maxFps, mostMessages, now } = door.options
    this.#gate = new FloodGate(mostMessages, now)
    this.#frames = new NewestFrame({ maxFps, now, take: frame => this.#push(frame) })
    door.counts.senders++
  }

  message(data: Buffer, isBinary: boolean): void {
    if (this.#client.isClosed) return
    try {
      if (!this.#gate.passes()) this.#client.close(closeCodes.flood, 'Too many messages.')
      else if (isBinary) this.#offer(data)
      else this.#hear(data)
    } catch (error) {
      if (!(error instanceof SightlineError)) throw error
      this.#door.options.onRefused(error.code)
      this.#client.refuse(error)
    }
  }

  /** What they may has changed: pictures that they may not send any more are the last. */
  review(): void {
    if (this.#stream === undefined) return
    try {
      this.#require(this.#stream)
    } catch (error) {
      if (!(error instanceof SightlineError)) throw error
      this.#client.close(closeCodes.notPermitted, error.code)
    }
  }

  /** The connection is gone. */
  closed(): void {
    clearTimeout(this.#tellTimer)
    this.#frames[Symbol.dispose]()
    this.#session?.[Symbol.dispose]()
    this.#session = undefined
    this.#client.closed()
    this.#door.counts.senders--
  }

  #hear(text: Buffer): void {
    const message = readMessage<StartRequest | FrameNote>(text.toString('utf8', 0, 65_536), 'SL_PUSH_INVALID', type =>
      type === 'start' ? start : note
    )
    if ('stream' in message) this.#start(message.stream)
    else this.#note = message
  }

  #start(stream: string): void {
    if (this.#session) throw invalid('Pictures of a stream are being taken already: open another connection.')
    this.#require(stream)
    this.#session = this.#door.options.pictures.open(stream, {
      description: this.#description,
      // Every picture is one.
      wantKey: () => {},
      end: reason => this.#client.close(closeCodes.ended, reason.slice(0, 100))
    })
    this.#stream = stream
    this.#client.say({ type: 'started', stream } satisfies StartedMessage)
    this.#client.subscribe({ streams: [stream] })
  }

  #offer(data: Buffer): void {
    const { ptsMs, id } = this.#note
    this.#note = {}
    if (!this.#session) throw invalid('A picture came before its stream was named: send {"type":"start","stream":…}.')
    const { codec, width, height } = pictureHeader(data)
    const { maxPixels, now } = this.#door.options
    if (width * height > maxPixels) {
      const text = `A picture says that it is ${width}×${height} pixels large: at most ${maxPixels} in all are looked at.`
      throw new SightlineError('SL_PUSH_TOO_LARGE', text)
    }
    this.#frames.offer({ data, codec, sourceMs: ptsMs ?? now(), id })
    this.#tellTimer ??= setTimeout(() => this.#tell(), tellMs)
  }

  #push({ data, codec, sourceMs }: SentFrame): void {
    const isNews = codec !== this.#codec
    this.#codec = codec
    this.#door.counts.frames++
    const unit = { data, isKey: true, sourceMs }
    this.#session?.push(isNews ? { ...unit, format: { codec, parameterSets: noParameterSets } } : unit)
  }

  #tell(): void {
    this.#tellTimer = undefined
    const { frames, ids } = this.#frames.leftOut()
    if (frames === 0) return
    this.#door.counts.dropped += frames
    this.#client.say({ type: 'dropped', frames, ids: [...ids] } satisfies DroppedMessage)
  }
}

function invalid(message: string): SightlineError {
  return new SightlineError('SL_PUSH_INVALID', message)
}
