import type { Event } from '../contract/event.ts'
import type { TrajectoryHeader } from '../contract/trajectory.ts'
import type { Stage } from '../core/stage.ts'
import type { Scene } from '../measures/scene.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import type { ZoneWatch } from '../measures/zone.ts'
import type { VideoFrame } from '../media/frame.ts'
import type { VideoFacts } from '../media/video.ts'
import type { BestCrops } from '../report/best-crops.ts'

/** What is known of an analysis before its first frame. */
export interface AnalysisFacts {
  readonly header: TrajectoryHeader
  readonly video: VideoFacts
  readonly zones: ReadonlyMap<string, ZoneWatch>
}

/** Takes part in an analysis besides its output folder, such as to keep what it finds in a store. */
export interface AnalysisFollower {
  /** Throws to refuse the recording. Gives stages that go behind the measures. */
  begin(facts: AnalysisFacts): Promise<readonly Stage<Scene, never>[]>
  /** The picture of the frame that `frame` is told next: as long as the promise is not settled. */
  picture?(frame: VideoFrame, tracks: TrackFrame): Promise<void>
  frame(tracks: TrackFrame, events: readonly Event[]): Promise<void>
  /** The recording ended; `events` are those that its end brings about. */
  end(events: readonly Event[]): void
  /** After the end: `crops` are complete. */
  finish(crops: BestCrops): Promise<void>
}
