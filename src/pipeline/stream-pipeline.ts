import type { Event } from '../contract/event.ts'
import type { DetectionColumns } from '../core/columns.ts'
import type { Stage } from '../core/stage.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import type { VideoFrame } from '../media/frame.ts'
import type { FrameCues, Tracker } from '../tracking/tracker.ts'
import type { Detector } from '../vision/detector.ts'
import { ahead } from './ahead.ts'
import { CameraCues } from './camera-cues.ts'
import { detectAhead, type SeenFrame } from './detect-ahead.ts'
import { detectNewest } from './detect-newest.ts'
import type { DetectionFilter } from './detection-filter.ts'
import type { FrameSampler } from './frame-sampler.ts'
import type { FrameSlot } from './frame-slot.ts'
import type { Looker } from './looker.ts'
import type { DurationSink } from './stage-clock.ts'
import { StageClock } from './stage-clock.ts'
import type { TrackLooks } from './track-looks.ts'

/** Everything a stream passes through, in this order. Built by who knows the configuration. */
interface StreamParts {
  readonly sampler: FrameSampler
  readonly filter: Pick<DetectionFilter, 'apply'>
  readonly tracker: Tracker
  /** Where tracks are known again by what they look like. */
  readonly looks?: TrackLooks | undefined
  readonly measures: readonly Stage<TrackFrame, Event>[]
  readonly sink: FrameSink
  readonly durations: DurationSink
}

export interface RecordingParts extends StreamParts {
  /** The source, decoded. */
  readonly frames: AsyncGenerator<VideoFrame>
  readonly detector: Detector
  /** Finishes each frame before the next begins: slower, with the same results. */
  readonly sequential: boolean
}

interface LabelledParts extends StreamParts {
  /** Class names by class id, whoever looks. */
  readonly labels: readonly string[]
}

export interface LiveParts extends LabelledParts {
  /** Where the decoder puts what comes. */
  readonly slot: FrameSlot
  /** What looks at its frames, and its place among those that share that. */
  readonly looker: () => Looker
}

/** Where a stream's results go. Rows and detections are reused after the call; the frame is disposed after it. */
export interface FrameSink {
  take(
    frame: VideoFrame,
    tracks: TrackFrame,
    detections: DetectionColumns | undefined,
    events: readonly Event[]
  ): Promise<void> | void
  /** The stream ended; `events` are those that its end brings about. */
  end(events: readonly Event[]): void
}

/**
 * Frames between decoder and tracker. Raise it to let decoding go on longer while the detector works off a burst, at
 * one decoded picture of memory each; the decoder's pool keeps as many as were ever out at once.
 */
const framesUnderWay = 8
/** Decoded frames kept ready while the one before is worked on. */
const framesAhead = 2

/** A recording's whole way: source → decode → detect → track → measure → event → sink. Ends when the frames do. */
export async function runStream(parts: RecordingParts): Promise<void> {
  const { sampler, detector, sequential } = parts
  const clock = new StageClock(parts.durations)
  const decoded = clock.each('decode', parts.frames)
  const frames = sequential ? decoded : ahead(decoded, framesAhead)
  const depth = sequential ? 1 : framesUnderWay
  await conclude(detectAhead(frames, sampler, detector, depth, clock), { ...parts, labels: detector.labels }, clock)
}

/** A live stream's: as many of its frames as the detector can do beside those of others. Ends when the slot does. */
export async function runLiveStream(parts: LiveParts): Promise<void> {
  const clock = new StageClock(parts.durations)
  await conclude(detectNewest(parts, clock), parts, clock)
}

/** What is the same for both: from what the detector saw to the sink. */
async function conclude(frames: AsyncGenerator<SeenFrame>, parts: LabelledParts, clock: StageClock): Promise<void> {
  const { sink, measures, tracker, looks } = parts
  let camera: CameraCues | undefined
  for await (const seen of frames) {
    using frame = seen.frame
    if (tracker.wantsCues) camera ??= new CameraCues(frame)
    const cues = camera && seen.detections && (await clock.time('camera', camera.look(frame, seen.detections), frame))
    const detections = seen.detections && parts.filter.apply(seen.detections)
    const tracks = clock.timeSync('track', () => track(parts, seen, detections, cues), frame)
    const events = clock.timeSync('measure', () => measures.flatMap(measure => measure.process(tracks)), frame)
    const taken = sink.take(frame, tracks, detections, events)
    if (taken) await clock.time('write', taken, frame)
    if (looks && tracker.wanted.length > 0) await clock.time('reid', looks.tell(frame, tracker), frame)
  }
  sink.end(measures.flatMap(measure => measure.flush()))
}

function track(
  { tracker, labels }: LabelledParts,
  { frame, outcome }: SeenFrame,
  detections: DetectionColumns | undefined,
  cues: FrameCues | undefined
): TrackFrame {
  const { index, ptsMs } = frame
  const rows = detections
    ? tracker.update(ptsMs, detections, cues)
    : outcome === 'gated'
      ? tracker.hold(ptsMs)
      : tracker.predict(ptsMs)
  const { ended, isCut } = tracker
  return { frame: index, ptsMs, outcome, rows, ended, isCut, labels }
}
