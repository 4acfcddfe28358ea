import type { LabelCounts } from '../contract/report.ts'
import type { TrackColumns } from '../core/columns.ts'
import { PresenceRuns } from './presence-runs.ts'

export interface TrackCounts {
  readonly total: number
  readonly byLabel: Readonly<Record<string, LabelCounts>>
}

interface LiveTrack {
  /** As of the last row: trackers hand over the class that leads their vote. */
  classId: number
  /** First frame of the present run; runs before it stand in `runs`, `[start, end]` flat. */
  runStart: number
  lastFrame: number
  readonly runs: number[]
}

/**
 * Counts tracks and their peak concurrency by label as frames pass. A track counts, for all its frames, under its
 * final label: that of its last row, where the tracker's vote came to rest (and what `track-ended` says). A dog that
 * was a cat for two frames was never a cat. Memory: what lives now, plus 12 bytes for each uninterrupted
 * appearance since the scene was last empty.
 */
export class TrackStatistics {
  readonly #live = new Map<number, LiveTrack>()
  readonly #tracksByClass = new Map<number, number>()
  readonly #settled = new PresenceRuns()
  #total = 0

  /** Frames in ascending order. `ended`: tracks that are not in this frame and never come again. */
  observe(frame: number, tracks: TrackColumns, ended: readonly number[]): void {
    for (const trackId of ended) this.#end(trackId)
    if (this.#live.size === 0) this.#settled.fold()
    for (let row = 0; row < tracks.count; row++) {
      const track = this.#at(tracks.trackIds[row]!, frame)
      if (frame > track.lastFrame + 1) {
        track.runs.push(track.runStart, track.lastFrame)
        track.runStart = frame
      }
      track.lastFrame = frame
      track.classId = tracks.classIds[row]!
    }
  }

  /** Ends the count: what still lives is counted too. `labels` go by class id. */
  result(labels: readonly string[]): TrackCounts {
    for (const trackId of [...this.#live.keys()]) this.#end(trackId)
    const peaks = this.#settled.fold()
    const byLabel = new Map<string, LabelCounts>()
    for (const [classId, tracks] of this.#tracksByClass)
      byLabel.set(labels[classId] ?? `class-${classId}`, { tracks, peakConcurrent: peaks.get(classId) ?? 0 })
    return { total: this.#total, byLabel: Object.fromEntries(byLabel) }
  }

  #at(trackId: number, frame: number): LiveTrack {
    let track = this.#live.get(trackId)
    if (!track) {
      track = { classId: -1, runStart: frame, lastFrame: frame, runs: [] }
      this.#live.set(trackId, track)
      this.#total++
    }
    return track
  }

  #end(trackId: number): void {
    const track = this.#live.get(trackId)
    if (!track) return
    this.#live.delete(trackId)
    const { classId } = track
    this.#tracksByClass.set(classId, (this.#tracksByClass.get(classId) ?? 0) + 1)
    for (let at = 0; at < track.runs.length; at += 2) this.#settled.push(classId, track.runs[at]!, track.runs[at + 1]!)
    this.#settled.push(classId, track.runStart, track.lastFrame)
  }
}
