import type { TrackSettings } from '../src/commands/track-rows.ts'

/** A tracker with its settings: one of ours, or one that bench/peers/track.py runs. */
export interface Contestant {
  readonly label: string
  readonly ours?: Pick<TrackSettings, 'tracker' | 'minScore' | 'boxes'> & {
    /** How long a track may go unseen, by the frame rate. */
    readonly lostAfterFrames?: (fps: number) => number
  }
  readonly theirs?: { readonly tracker: string; readonly options: Readonly<Record<string, unknown>> }
}

const peer = (label: string, tracker: string, options: Readonly<Record<string, unknown>> = {}): Contestant => {
  return { label, theirs: { tracker, options } }
}
/** Tracks wait for 2 s, as ours do. */
const patient = { lost_track_buffer: 60 }

const minScore = 0.25

/** Ours beside the programs that they are made after, with the same settings: they should score the same. */
export const pairs: readonly Contestant[] = [
  { label: 'sort', ours: { tracker: 'sort', boxes: 'filter', minScore, lostAfterFrames: () => 1 } },
  peer('abewley/sort', 'authors-sort', { min_score: minScore, max_age: 1, min_hits: 3, iou_threshold: 0.3 }),
  // Supervision waits for 30 frames at 30 frames a second, and drops a track one frame later.
  { label: 'byte', ours: { tracker: 'byte', boxes: 'filter', lostAfterFrames: fps => Math.floor(fps) + 1 } },
  peer('supervision ByteTrack', 'supervision-tracks'),
  { label: 'oc-sort', ours: { tracker: 'oc-sort', lostAfterFrames: () => 30 } },
  peer('noahcao/OC_SORT', 'authors-ocsort', { min_score: minScore, det_thresh: minScore, max_age: 30 })
]

/** Peers once as their packages set them, and once as patient as ours. */
export const contestants: readonly Contestant[] = [
  ...['sort', 'byte', 'oc-sort', 'bot-sort', 'sightline'].map(tracker => ({ label: tracker, ours: { tracker } })),
  { label: 'sightline, steady boxes', ours: { tracker: 'sightline', boxes: 'steady' } },
  peer('supervision ByteTrack', 'supervision'),
  peer('supervision ByteTrack, 2 s', 'supervision', { lost_track_buffer: 60 }),
  peer('trackers SORT', 'sort'),
  peer('trackers SORT, 2 s', 'sort', patient),
  peer('trackers ByteTrack', 'bytetrack'),
  peer('trackers ByteTrack, 2 s', 'bytetrack', patient),
  peer('trackers OC-SORT', 'ocsort'),
  peer('trackers OC-SORT, 2 s', 'ocsort', patient),
  peer('trackers BoT-SORT', 'botsort'),
  peer('trackers BoT-SORT, 2 s', 'botsort', patient),
  peer('trackers C-BIoU', 'cbiou'),
  peer('trackers C-BIoU, 2 s', 'cbiou', patient)
]
