import type { TrackFrame } from '../../measures/track-frame.ts'
import type { VideoFrame } from '../../media/frame.ts'
import type { PacketChannel } from './packet-channel.ts'

export interface PictureAsked {
  readonly id: number
  readonly boxes: boolean
  readonly maxWidth: number | undefined
}

/** Pictures of one stream that main waits for: made of the next frame that comes out of the detector. */
export class PictureRequests {
  readonly #channel: PacketChannel
  readonly #stream: string
  #asked: PictureAsked[] = []

  constructor(channel: PacketChannel, stream: string) {
    this.#channel = channel
    this.#stream = stream
  }

  get areAsked(): boolean {
    return this.#asked.length > 0
  }

  ask(request: PictureAsked): void {
    this.#asked.push(request)
  }

  /** Ids of those that nobody will answer any more. */
  giveUp(): readonly number[] {
    return this.#asked.splice(0).map(({ id }) => id)
  }

  /** Frame and rows stay as they are until this is done. */
  seen(epoch: number, frame: VideoFrame, tracks: TrackFrame): Promise<void> | void {
    if (this.areAsked && !frame.isLeftOut) return this.#answer(epoch, frame, tracks)
  }

  async #answer(epoch: number, frame: VideoFrame, tracks: TrackFrame): Promise<void> {
    const { drawnPicture } = await import('./drawn-picture.ts')
    for (const { id, boxes, maxWidth } of this.#asked.splice(0)) {
      const { jpeg, width, height } = await drawnPicture(frame, boxes ? tracks : undefined, maxWidth)
      const { ptsMs } = frame
      this.#channel.send({ kind: 'picture', stream: this.#stream, id, epoch, ptsMs, width, height }, jpeg)
    }
  }
}
