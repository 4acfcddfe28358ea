import type { Frame } from 'node-av/lib'
import { DecodedFrame } from './decoded-frame.ts'
import { type Decoder, timestampOf } from './decoder.ts'
import type { Demuxer } from './demuxer.ts'
import type { VideoFrame } from './frame.ts'
import type { FrameOrder } from './frame-order.ts'
import { LeftOutFrame } from './left-out-frame.ts'
import type { PacketGroup } from './packet-groups.ts'
import type { Scaler } from './scaler.ts'
import type { Turner } from './turner.ts'

export interface GroupDecoderParts {
  readonly demuxer: Demuxer
  readonly decoder: Decoder
  /** A second decoder, for single key frames: the first keeps what it knows meanwhile. */
  readonly scout: Decoder
  readonly turner: Turner
  readonly scaler: Scaler
  readonly order: FrameOrder
}

/**
 * Turns groups of packets into frames: all of a group, its key frame alone, or none, with frames that were left out in
 * the others' places. Groups come in order.
 */
export class GroupDecoder implements Disposable {
  /** True once the frames that are wanted are over. */
  isOver = false
  readonly #parts: GroupDecoderParts
  /** Upright pictures of key frames that were decoded ahead of their turn. */
  readonly #ahead = new Map<PacketGroup, Frame>()
  /** Of the pictures, upright. */
  #size = { width: 0, height: 0 }

  constructor(parts: GroupDecoderParts) {
    this.#parts = parts
  }

  /** Every frame of a group. `isLast`: what comes behind it begins afresh. */
  async *all(group: PacketGroup, isLast: boolean): AsyncGenerator<VideoFrame> {
    const { decoder, demuxer, turner, scaler } = this.#parts
    this.#take(group)?.free()
    for await (const frame of decoder.group(group.packets, isLast)) {
      const timestamp = timestampOf(frame)
      const place = this.#next(timestamp === undefined ? undefined : demuxer.toMs(timestamp))
      if (place) yield new DecodedFrame(await turner.turn(frame), place.index, place.ptsMs, scaler)
      else frame.free()
      if (this.isOver) return
    }
  }

  /** The key frame alone, whose `keyPicture` was looked at, of a group that has `timesMs`; its other frames are left out. */
  async *keyAlone(group: PacketGroup): AsyncGenerator<VideoFrame> {
    const picture = this.#take(group)!
    const place = this.#next(group.timesMs![0])
    if (place) yield new DecodedFrame(picture, place.index, place.ptsMs, this.#parts.scaler)
    else picture.free()
    yield* this.#leftOut(group.timesMs!.slice(1))
  }

  /** All frames of a group that has `timesMs`, left out. */
  none(group: PacketGroup): Generator<VideoFrame> {
    return this.#leftOut(group.timesMs!)
  }

  *#leftOut(timesMs: readonly number[]): Generator<VideoFrame> {
    for (const ms of timesMs) {
      if (this.isOver) return
      const place = this.#next(ms)
      if (place) yield new LeftOutFrame(place.index, place.ptsMs, this.#size)
    }
  }

  /** The picture of a group's key frame, ahead of its turn; undefined where it cannot be decoded. It stays this object's. */
  async keyPicture(group: PacketGroup): Promise<Pick<VideoFrame, 'scaleInto'> | undefined> {
    const { scaler } = this.#parts
    const picture = this.#ahead.get(group) ?? (await this.#scouted(group))
    return picture && { scaleInto: (request, target) => scaler.into(picture, request, target) }
  }

  async #scouted(group: PacketGroup): Promise<Frame | undefined> {
    const { scout, turner } = this.#parts
    for await (const frame of scout.group(group.packets.slice(0, 1), true)) {
      if (this.#ahead.has(group)) frame.free()
      else this.#ahead.set(group, await turner.turn(frame))
    }
    const picture = this.#ahead.get(group)
    if (picture) this.#size = { width: picture.width, height: picture.height }
    return picture
  }

  #take(group: PacketGroup): Frame | undefined {
    const picture = this.#ahead.get(group)
    this.#ahead.delete(group)
    return picture
  }

  #next(ms: number | undefined) {
    const place = this.#parts.order.next(ms)
    if (typeof place === 'object') return place
    this.isOver = place === 'over'
    return undefined
  }

  [Symbol.dispose](): void {
    for (const picture of this.#ahead.values()) picture.free()
    this.#ahead.clear()
  }
}
