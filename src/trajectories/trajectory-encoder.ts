import type { TrajectoryHeader } from '../contract/trajectory.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import { blockHead } from './blocks.ts'
import {
  blockHeadBytes,
  formatVersion,
  headBlock,
  indexBlock,
  indexEnd,
  indexEndBytes,
  indexEntryBytes,
  magic,
  type PartFacts,
  partBlock,
  partFrames,
  partPoints,
  partSpanMs,
  prefixBytes
} from './format.ts'
import { farthestMs, lastFrame } from './frame-columns.ts'
import { PartEncoder } from './part-encoder.ts'

/** Frames are this far apart where nobody knows their rate. */
const usualIntervalMs = 40

/** What times are stored as differences to. */
export function intervalOf({ fps }: TrajectoryHeader): number {
  return fps === null ? usualIntervalMs : 1000 / fps
}

/**
 * Turns a stream's frames into the bytes of a trajectory file (docs/spec/trajectories.md), part by part: memory
 * stays that of one part and of the index. Bytes handed to `write` are valid during the call.
 */
export class TrajectoryEncoder {
  readonly #write: (bytes: Uint8Array) => void
  readonly #part: PartEncoder
  #firstPtsMs = 0
  #lastPtsMs = 0
  readonly #index: (PartFacts & { readonly payloadBytes: number })[] = []

  constructor(header: TrajectoryHeader, write: (bytes: Uint8Array) => void) {
    this.#write = write
    this.#part = new PartEncoder(intervalOf(header))
    const prefix = new Uint8Array(prefixBytes)
    prefix.set(magic)
    new DataView(prefix.buffer).setUint16(magic.length, formatVersion, true)
    write(prefix)
    this.#block(headBlock, new TextEncoder().encode(JSON.stringify(header)))
  }

  /** Stores a frame. A time that is no number counts as that of the frame before, as measures have it. */
  add(frame: TrackFrame): void {
    const ptsMs = Number.isFinite(frame.ptsMs)
      ? Math.round(bounded(frame.ptsMs, -farthestMs, farthestMs))
      : this.#lastPtsMs
    const { frames, points } = this.#part.facts
    const isFull = frames === partFrames || points + frame.rows.count > partPoints
    if (frames > 0 && (isFull || Math.abs(ptsMs - this.#firstPtsMs) >= partSpanMs)) this.flush()
    if (this.#part.facts.frames === 0) this.#firstPtsMs = ptsMs
    this.#lastPtsMs = ptsMs
    this.#part.add(frame, Math.round(bounded(frame.frame, 0, lastFrame)), ptsMs)
  }

  /** Writes what was held back: everything up to here can be read, whatever happens next. */
  flush(): void {
    const { facts } = this.#part
    if (facts.frames === 0) return
    const payload = this.#part.close()
    this.#index.push({ ...facts, payloadBytes: payload.length })
    this.#block(partBlock, payload)
  }

  /** Writes the rest, and the index that says the file is whole. */
  finish(): void {
    this.flush()
    const payload = new Uint8Array(this.#index.length * indexEntryBytes + indexEndBytes)
    const fields = new DataView(payload.buffer)
    let at = 0
    for (const { payloadBytes, minPtsMs, maxPtsMs, frames, points } of this.#index) {
      fields.setUint32(at, payloadBytes, true)
      fields.setFloat64(at + 4, minPtsMs, true)
      fields.setFloat64(at + 12, maxPtsMs, true)
      fields.setUint32(at + 20, frames, true)
      fields.setUint32(at + 24, points, true)
      at += indexEntryBytes
    }
    fields.setUint32(at, blockHeadBytes + payload.length, true)
    fields.setUint32(at + 4, indexEnd, true)
    this.#block(indexBlock, payload)
  }

  #block(kind: number, payload: Uint8Array): void {
    this.#write(blockHead(kind, payload))
    this.#write(payload)
  }
}

/** NaN becomes `low`. */
function bounded(value: number, low: number, high: number): number {
  return value >= low ? Math.min(value, high) : low
}
