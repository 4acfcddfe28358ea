import { setImmediate } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { TrackFrame } from '../../measures/track-frame.ts'
import type { Tables } from '../tables.ts'
import { listChunks } from './chunk-list.ts'
import { readChunks } from './chunk-source.ts'
import { type ChunkDamage, ChunkDecoder, type EpochHead } from './stored-chunk.ts'
import { checkSignal, type StoredRange, type TrajectoryLimits } from './stored-range.ts'

/** Milliseconds that frames are decoded for before everything else on this thread has its turn. */
export const turnMs = 4

/** A frame as it was stored. `tracks` is valid until the next. */
export interface StoredFrame {
  readonly head: EpochHead
  /** Wall time. */
  readonly atMs: number
  readonly tracks: TrackFrame
}

export interface Reading {
  readonly signal?: AbortSignal | undefined
  /** Told of each chunk that cannot be read; the rest is given. */
  readonly onDamage?: ((damage: ChunkDamage) => void) | undefined
}

/** The frames of a range: one stream after the other, each in the order in which its frames came. */
export async function* storedFrames(
  sql: Kysely<Tables>,
  { streams, epoch, fromMs, toMs }: StoredRange,
  limits: TrajectoryLimits,
  { signal, onDamage = () => undefined }: Reading
): AsyncGenerator<StoredFrame, void, undefined> {
  let turnEndsAt = performance.now() + turnMs
  for (const stream of streams) {
    const listed = await listChunks(sql, { stream, epoch, fromMs, toMs }, limits, signal)
    let decoder: ChunkDecoder | undefined
    for await (const { head, chunks } of readChunks(sql, stream, listed, signal)) {
      if (decoder?.head !== head) decoder = new ChunkDecoder(head)
      for (const chunk of chunks) {
        for (const tracks of decoder.frames(chunk, onDamage)) {
          const atMs = head.baseMs + tracks.ptsMs
          if (atMs >= fromMs && atMs < toMs) yield { head, atMs, tracks }
          if (performance.now() < turnEndsAt) continue
          await setImmediate()
          checkSignal(signal)
          turnEndsAt = performance.now() + turnMs
        }
      }
    }
  }
}
