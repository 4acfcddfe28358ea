import type { Point } from '../../contract/geometry.ts'
import type { Anchor } from '../../contract/measure-definition.ts'
import { anchorOf, defaultAnchor } from '../../measures/anchor.ts'
import { PolygonArea } from '../../measures/polygon-area.ts'
import type { TrackFrame } from '../../measures/track-frame.ts'
import type { Digest } from './digest.ts'
import { PositionColumns } from './position-columns.ts'
import type { RegionAnswer, RegionTrack } from './region-question.ts'
import { type ChunkBite, type ChunkDamage, ChunkDecoder, type EpochHead } from './stored-chunk.ts'
import { tooLarge } from './stored-range.ts'

/** A region question as its thread has it. */
export interface RegionTask {
  readonly kind: 'region'
  readonly fromMs: number
  readonly toMs: number
  readonly corners: readonly Point[]
  readonly anchor: Anchor | undefined
  readonly labels: readonly string[] | undefined
  readonly bucketMs: number | undefined
  readonly withPositions: boolean
  readonly mostTracks: number
  readonly mostPositions: number
}

interface Visit {
  readonly at: number
  label: string
  readonly firstMs: number
  lastMs: number
  points: number
  bucket: number
}

interface Bucket {
  points: number
  tracks: number
}

/** Finds the points of stored tracks that lie in an area. */
export class RegionDigest implements Digest<RegionTrack, Omit<RegionAnswer, 'tracks'>> {
  readonly #task: RegionTask
  readonly #anchor: Anchor
  readonly #area: PolygonArea
  readonly #positions: PositionColumns | undefined
  readonly #buckets = new Map<number, Bucket>()
  /** Of the epoch that is read now, by track. */
  readonly #visits = new Map<number, Visit>()
  #decoder: ChunkDecoder | undefined
  #tracks = 0
  #points = 0

  constructor(task: RegionTask) {
    this.#task = task
    this.#anchor = task.anchor ?? defaultAnchor
    this.#area = new PolygonArea(task.corners)
    this.#positions = task.withPositions ? new PositionColumns(task.mostPositions) : undefined
  }

  /** @throws SL_QUERY_TOO_LARGE */
  take({ head, chunks }: ChunkBite, tell: (damage: ChunkDamage) => void): readonly RegionTrack[] {
    const over = this.#isOf(head) ? [] : this.#begin(head)
    const { fromMs, toMs } = this.#task
    for (const chunk of chunks) {
      for (const frame of this.#decoder!.frames(chunk, tell)) {
        const atMs = head.baseMs + frame.ptsMs
        if (atMs >= fromMs && atMs < toMs && frame.outcome !== 'skipped') this.#look(frame, atMs)
      }
    }
    return over
  }

  finish() {
    const buckets = [...this.#buckets].map(([atMs, bucket]) => ({ atMs, ...bucket })).sort((a, b) => a.atMs - b.atMs)
    const answer = { points: this.#points, buckets, positions: this.#positions?.written() }
    return { items: this.#left(), answer }
  }

  /** The hot loop. */
  #look({ rows, outcome, labels }: TrackFrame, atMs: number): void {
    const { boxes, observed, trackIds, classIds, count } = rows
    const { left, top, right, bottom } = this.#area.bounds
    const isUnchanged = outcome === 'gated'
    for (let row = 0; row < count; row++) {
      const at = row * 4
      const x = boxes[at]!
      const y = boxes[at + 1]!
      if (x > right || y > bottom || x + boxes[at + 2]! < left || y + boxes[at + 3]! < top) continue
      if (observed[row] === 0 && !isUnchanged) continue
      const place = anchorOf(this.#anchor, boxes, at)
      if (!this.#area.has(place[0], place[1])) continue
      const label = labels[classIds[row]!] ?? 'unknown'
      if (this.#task.labels && !this.#task.labels.includes(label)) continue
      this.#count(trackIds[row]!, label, atMs, place)
    }
  }

  #count(trackId: number, label: string, atMs: number, place: Point): void {
    let visit = this.#visits.get(trackId)
    if (!visit) {
      const { mostTracks } = this.#task
      if (this.#tracks === mostTracks)
        throw tooLarge(`${mostTracks + 1} tracks or more`, mostTracks, 'Ask for a shorter time or a smaller area.')
      visit = { at: this.#tracks++, label, firstMs: atMs, lastMs: atMs, points: 0, bucket: Number.NaN }
      this.#visits.set(trackId, visit)
    }
    visit.label = label
    visit.lastMs = atMs
    visit.points++
    this.#points++
    this.#positions?.add(atMs, place, visit.at)
    const { bucketMs } = this.#task
    if (bucketMs !== undefined) this.#fill(visit, Math.floor(atMs / bucketMs) * bucketMs)
  }

  #fill(visit: Visit, begin: number): void {
    let bucket = this.#buckets.get(begin)
    if (!bucket) this.#buckets.set(begin, (bucket = { points: 0, tracks: 0 }))
    bucket.points++
    if (visit.bucket === begin) return
    visit.bucket = begin
    bucket.tracks++
  }

  #isOf({ stream, epoch }: EpochHead): boolean {
    const head = this.#decoder?.head
    return head?.stream === stream && head.epoch === epoch
  }

  #begin(head: EpochHead): readonly RegionTrack[] {
    const over = this.#left()
    this.#visits.clear()
    this.#decoder = new ChunkDecoder(head)
    return over
  }

  /** The tracks of the epoch that was read until now. */
  #left(): readonly RegionTrack[] {
    if (!this.#decoder) return []
    const { stream, epoch } = this.#decoder.head
    return Array.from(this.#visits, ([trackId, { label, firstMs, lastMs, points }]) => {
      return { stream, epoch, trackId, label, firstMs, lastMs, points }
    })
  }
}
