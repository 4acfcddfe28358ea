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
  partPoints,
  partSpanMs,
  prefixBytes
} from './format.ts'
import type { PartEncoder } from './part-encoder.ts'
import { PartMaker } from './part-maker.ts'

/** Frames are this far apart where nobody knows their rate. */
const usualIntervalMs = 40

const limits = { points: partPoints, spanMs: partSpanMs, fewestPoints: 0 }

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
  readonly #parts: PartMaker
  readonly #index: (PartFacts & { readonly payloadBytes: number })[] = []

  constructor(header: TrajectoryHeader, write: (bytes: Uint8Array) => void) {
    this.#write = write
    this.#parts = new PartMaker(intervalOf(header), limits, part => this.#part(part))
    const prefix = new Uint8Array(prefixBytes)
    prefix.set(magic)
    new DataView(prefix.buffer).setUint16(magic.length, formatVersion, true)
    write(prefix)
    this.#block(headBlock, new TextEncoder().encode(JSON.stringify(header)))
  }

  /** Stores a frame. A time that is no number counts as that of the frame before, as measures have it. */
  add(frame: TrackFrame): void {
    this.#parts.add(frame)
  }

  /** Writes what was held back: everything up to here can be read, whatever happens next. */
  flush(): void {
    this.#parts.flush()
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

  #part(part: PartEncoder): void {
    const { facts } = part
    const payload = part.close()
    this.#index.push({ ...facts, payloadBytes: payload.length })
    this.#block(partBlock, payload)
  }

  #block(kind: number, payload: Uint8Array): void {
    this.#write(blockHead(kind, payload))
    this.#write(payload)
  }
}
