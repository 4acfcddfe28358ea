import type { TracksMessage } from '../../contract/live.ts'
import type { TrackFrame } from '../../measures/track-frame.ts'
import type { VideoFrame } from '../../media/frame.ts'
import { OriginEstimate } from '../../media/origin-estimate.ts'
import type { AccessUnit, SourceFormat } from '../../media/sources/source.ts'
import type { MainStream, MainStreamOptions } from './main-stream.ts'
import type { PacketChannel } from './packet-channel.ts'
import { PictureRequests } from './picture-requests.ts'
import { PlayableRelay } from './playable-relay.ts'
import { trackRows } from './track-rows.ts'
import { UnitRelay } from './unit-relay.ts'
import type { Wanted } from './worker-messages.ts'

/** What viewers have to know of an epoch. */
export interface EpochFacts {
  readonly epoch: number
  readonly width: number
  readonly height: number
}

/** Pictures whose arrival is remembered: while main takes nothing, or the detector says nothing, the oldest are forgotten. */
const mostArrivals = 1000

type MainHandlers = Omit<MainStreamOptions, 'source' | 'log'>

/** What those who watch a stream get of it. Nothing of it is made but while somebody wants it. */
export class StreamViewers {
  readonly pictures: PictureRequests
  readonly #channel: PacketChannel
  readonly #stream: string
  readonly #source: UnitRelay
  #playable: PlayableRelay | undefined
  /** Of what viewers get of the source, as it was said last. */
  #mainFormat: SourceFormat | undefined
  #wanted: Wanted = { tracks: false, source: false, playable: false }
  /** Where a camera has a stream for viewers apart from the one that is detected on. */
  readonly #main: MainStream | undefined
  #facts: EpochFacts | undefined
  /** Of what is detected on, over all epochs of a connection. */
  #origin = new OriginEstimate()
  /** When the units came whose pictures are on their way through the detector, by media time. */
  readonly #arrivals = new Map<number, number>()

  constructor(channel: PacketChannel, stream: string, openMain?: (options: MainHandlers) => MainStream) {
    this.#channel = channel
    this.#stream = stream
    this.#main = openMain?.({
      origin: () => this.#facts && this.#origin.origin,
      onConnected: ({ format }) => this.#play(format),
      onUnit: (unit, mediaMs) => this.#unit(unit, mediaMs, unit.format ?? this.#mainFormat!),
      onEnded: () => this.#stopPlaying()
    })
    this.#source = new UnitRelay(channel, stream, 'source')
    this.pictures = new PictureRequests(channel, stream)
  }

  /** Why browsers get another encoding than the source's, where they do. */
  get transcoded(): string | undefined {
    return this.#playable?.reason
  }

  /** Somebody waits for a picture, or for pictures that are encoded anew: they have to be decoded. */
  get wantPictures(): boolean {
    return this.pictures.areAsked || (this.#wanted.playable && this.transcoded !== undefined)
  }

  want(wanted: Wanted): void {
    this.#wanted = wanted
    this.#source.watch(wanted.source)
    this.#playable?.watch(wanted.playable)
    this.#main?.watch(wanted.source || wanted.playable)
  }

  wantKey(): void {
    this.#playable?.wantKey()
  }

  /** A connection begins; disposing of what this gives ends it. */
  connected(format: SourceFormat): AsyncDisposable {
    this.#origin = new OriginEstimate()
    if (!this.#main) this.#play(format)
    return {
      [Symbol.asyncDispose]: async () => {
        this.#facts = this.#source.facts = undefined
        this.#arrivals.clear()
        if (!this.#main) await this.#stopPlaying()
      }
    }
  }

  /** An epoch begins. */
  begin(facts: EpochFacts): void {
    this.#facts = facts
    this.#source.facts = { ...facts, transcoded: undefined }
    if (this.#playable) this.#playable.facts = facts
  }

  /** A unit of the source, before it is decoded. True where it changed what browsers can play of it. */
  unit(unit: AccessUnit, mediaMs: number, format: SourceFormat): boolean {
    if (!this.#main) return this.#unit(unit, mediaMs, format)
    this.#origin.heard(unit, mediaMs)
    return false
  }

  #unit(unit: AccessUnit, mediaMs: number, format: SourceFormat): boolean {
    if (unit.format) this.#mainFormat = unit.format
    this.#source.give(unit, mediaMs, format)
    return this.#playable?.unit(unit, mediaMs, format) ?? false
  }

  #play(format: SourceFormat): void {
    this.#mainFormat = format
    this.#playable = new PlayableRelay(this.#channel, this.#stream, format)
    this.#playable.watch(this.#wanted.playable)
    if (this.#facts) this.#playable.facts = this.#facts
  }

  async #stopPlaying(): Promise<void> {
    const playable = this.#playable
    this.#playable = undefined
    await playable?.[Symbol.asyncDispose]()
  }

  /** Nothing is fetched any more. */
  async stop(): Promise<void> {
    await this.#main?.stop()
  }

  /** A decoded picture; it has to live until this is done. */
  async picture(frame: VideoFrame, arrivedMs: number): Promise<void> {
    await this.#playable?.frame(frame)
    if (!this.#wanted.tracks) return
    this.#arrivals.set(frame.ptsMs, arrivedMs)
    for (const oldest of this.#arrivals.keys()) {
      if (this.#arrivals.size <= mostArrivals) break
      this.#arrivals.delete(oldest)
    }
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
