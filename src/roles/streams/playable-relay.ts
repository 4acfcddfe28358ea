import type { VideoFrame } from '../../media/frame.ts'
import { LiveEncoder } from '../../media/live-encoder.ts'
import { Playability } from '../../media/playability.ts'
import type { AccessUnit, SourceFormat } from '../../media/sources/source.ts'
import type { PacketChannel } from './packet-channel.ts'
import { type RelayFacts, UnitRelay } from './unit-relay.ts'

const encoded: SourceFormat = { codec: 'h264', parameterSets: Buffer.alloc(0) }

/** A stream as browsers play it: the source's own units where they do, else pictures that are encoded anew while somebody watches. */
export class PlayableRelay implements AsyncDisposable {
  readonly #relay: UnitRelay
  #playability: Playability
  #encoder: LiveEncoder | undefined
  #facts: Omit<RelayFacts, 'transcoded'> | undefined
  #isWatched = false
  /** Of the pictures that are encoded anew. */
  #width = 0
  #height = 0

  constructor(channel: PacketChannel, stream: string, format: SourceFormat) {
    this.#relay = new UnitRelay(channel, stream, 'playable')
    this.#playability = new Playability(format)
  }

  /** Why it is encoded anew, where it is. */
  get reason(): string | undefined {
    return this.#playability.reason
  }

  /** Of the pictures from now on; undefined where there are none. */
  set facts(facts: Omit<RelayFacts, 'transcoded'> | undefined) {
    this.#facts = facts
    // Pictures that are encoded anew say their own size, each epoch's first with a key frame.
    this.#width = 0
    this.wantKey()
    this.#relay.facts = facts && this.reason === undefined ? { ...facts, transcoded: undefined } : undefined
  }

  watch(isWatched: boolean): void {
    this.#isWatched = isWatched
    this.#relay.watch(isWatched)
    if (isWatched) this.wantKey()
    else this.#closeEncoder()
  }

  wantKey(): void {
    this.#encoder?.wantKey()
  }

  /** A unit of the source. True where it changed what browsers can play of it. */
  unit(unit: AccessUnit, mediaMs: number, format: SourceFormat): boolean {
    const before = this.reason
    const reason = this.#playability.look(unit)
    if (reason !== before) this.facts = this.#facts
    if (reason === undefined) this.#relay.give(unit, mediaMs, format)
    return reason !== before
  }

  /** A picture that was decoded; it has to live until this is done. */
  async frame(frame: VideoFrame): Promise<void> {
    const { reason } = this
    const facts = this.#facts
    if (!this.#isWatched || reason === undefined || !facts) return
    this.#encoder ??= new LiveEncoder()
    const encoder = this.#encoder
    const { data, isKey, ptsMs, width, height } = await encoder.encode(frame)
    // Nobody watches any more, or somebody else does.
    if (this.#encoder !== encoder) return
    if (width !== this.#width || height !== this.#height) {
      this.#width = width
      this.#height = height
      this.#relay.facts = { ...facts, width, height, transcoded: reason }
    }
    this.#relay.give({ data, isKey }, ptsMs, encoded)
  }

  #closeEncoder(): void {
    void this.#encoder?.[Symbol.asyncDispose]()
    this.#encoder = undefined
    this.#width = 0
    // What it gave is old by the time that somebody watches again.
    if (this.reason !== undefined) this.#relay.facts = undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#relay.facts = undefined
    const encoder = this.#encoder
    this.#encoder = undefined
    await encoder?.[Symbol.asyncDispose]()
  }
}
