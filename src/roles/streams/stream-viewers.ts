import type { TracksMessage } from '../../contract/live.ts'
import type { TrackFrame } from '../../measures/track-frame.ts'
import type { VideoFrame } from '../../media/frame.ts'
import type { AccessUnit, SourceFormat } from '../../media/sources/source.ts'
import type { PacketChannel } from './packet-channel.ts'
import { PictureRequests } from './picture-requests.ts'
import { PlayableRelay } from './playable-relay.ts'
import { trackRows } from './track-rows.ts'
import { UnitRelay } from './unit-relay.ts'
import type { Wanted } from './worker-messages.ts'

/** What those who watch a stream get of it. Nothing of it is made but while somebody wants it. */
export class StreamViewers {
  readonly pictures: PictureRequests
  readonly #channel: PacketChannel
  readonly #stream: string
  readonly #source: UnitRelay
  #playable: PlayableRelay | undefined
  #wanted: Wanted = { tracks: false, source: false, playable: false }
  /** When the units came whose pictures are on their way through the detector, by media time. */
  readonly #arrivals = new Map<number, number>()

  constructor(channel: PacketChannel, stream: string) {
    this.#channel = channel
    this.#stream = stream
    this.#source = new UnitRelay(channel, stream, 'source')
    this.pictures = new PictureRequests(channel, stream)
  }

  /** Why browsers get another encoding than the source's, where they do. */
  get transcoded(): string | undefined {
    return this.#playable?.reason
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted
    this.#source.watch(wanted.source)
    this.#playable?.watch(wanted.playable)
  }

  wantKey(): void {
    this.#playable?.wantKey()
  }

  /** A connection begins; disposing of what this gives ends it. */
  connected(format: SourceFormat): AsyncDisposable {
    const playable = new PlayableRelay(this.#channel, this.#stream, format)
    playable.watch(this.#wanted.playable)
    this.#playable = playable
    return {
      [Symbol.asyncDispose]: async () => {
        this.#source.facts = undefined
        this.#playable = undefined
        this.#arrivals.clear()
        await playable[Symbol.asyncDispose]()
      }
    }
  }

  /** An epoch begins. */
  begin(facts: { readonly epoch: number; readonly width: number; readonly height: number }): void {
    this.#source.facts = { ...facts, transcoded: undefined }
    this.#playable!.facts = facts
  }

  /** A unit of the source, before it is decoded. True where it changed what browsers can play of it. */
  unit(unit: AccessUnit, mediaMs: number, format: SourceFormat): boolean {
    this.#source.give(unit, mediaMs, format)
    return this.#playable!.unit(unit, mediaMs, format)
  }

  /** A decoded picture; it has to live until this is done. */
  async picture(frame: VideoFrame, arrivedMs: number): Promise<void> {
    await this.#playable!.frame(frame)
    if (this.#wanted.tracks) this.#arrivals.set(frame.ptsMs, arrivedMs)
  }

  /** What was found on a frame. Frame and rows have to stay as they are until this is done. */
  seen(epoch: number, frame: VideoFrame, tracks: TrackFrame): Promise<void> | void {
    if (this.#wanted.tracks && !this.#channel.isFull) {
      const message = this.#message(epoch, frame, tracks)
      this.#channel.send({ kind: 'tracks', stream: this.#stream }, Buffer.from(JSON.stringify(message)))
    }
    return this.pictures.seen(epoch, frame, tracks)
  }

  #message(epoch: number, { ptsMs, index }: VideoFrame, { outcome, rows, labels }: TrackFrame): TracksMessage {
    const arrivedMs = this.#arrivals.get(ptsMs)
    for (const known of this.#arrivals.keys()) if (known <= ptsMs) this.#arrivals.delete(known)
    const delayMs = arrivedMs === undefined ? 0 : Math.round((performance.now() - arrivedMs) * 10) / 10
    const facts = { stream: this.#stream, epoch, frame: index, ptsMs, outcome, delayMs }
    return { type: 'tracks', ...facts, labels: [...labels], tracks: trackRows(rows) }
  }
}
