import type { DetectionColumns } from '../src/core/columns.ts'
import type { VideoFrame } from '../src/media/frame.ts'
import { openVideo } from '../src/media/open-video.ts'
import { detectAhead } from '../src/pipeline/detect-ahead.ts'
import type { FrameSampler } from '../src/pipeline/frame-sampler.ts'
import { StageClock } from '../src/pipeline/stage-clock.ts'
import type { Detector } from '../src/vision/detector.ts'

/** Frames that wait for the detector: enough for all of its sessions. */
const underWay = 8

/** What of a clip is looked at. */
export interface WatchOptions {
  /** Every nth frame. */
  readonly every?: number
  /** So many frames at most. */
  readonly most?: number
  /** Frames as they are to be seen. Default: as they are. */
  readonly as?: (frame: VideoFrame) => VideoFrame
}

/** What a detector finds in the frames of a clip, by way of the product's own decoder, scaler and order. */
export async function* watchClip(
  detector: Detector,
  path: string,
  { every = 1, most = Number.POSITIVE_INFINITY, as = frame => frame }: WatchOptions = {}
): AsyncGenerator<{ readonly frame: VideoFrame; readonly found: DetectionColumns }> {
  await using video = await openVideo(path)
  let begun = 0
  const sampler: FrameSampler = {
    outcome: async ({ index }) => (index % every === 0 && begun++ < most ? 'analysed' : 'skipped')
  }
  const clock = new StageClock({ add: () => {} })
  let seen = 0
  for await (const { frame, detections } of detectAhead(
    seenAs(video.frames(), as),
    sampler,
    detector,
    underWay,
    clock
  )) {
    using _ = frame
    if (!detections) continue
    yield { frame, found: detections }
    if (++seen >= most) return
  }
}

async function* seenAs(
  frames: AsyncIterable<VideoFrame>,
  as: (frame: VideoFrame) => VideoFrame
): AsyncGenerator<VideoFrame> {
  for await (const frame of frames) yield as(frame)
}
