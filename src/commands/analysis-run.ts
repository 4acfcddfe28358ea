import { createRequire } from 'node:module'
import type { Summary } from '../contract/report.ts'
import { Calibration } from '../measures/calibration.ts'
import { Heatmap } from '../measures/heatmap.ts'
import { Lifecycle } from '../measures/lifecycle.ts'
import { MeasureSet } from '../measures/measure-set.ts'
import { openVideo } from '../media/open-video.ts'
import type { Video } from '../media/video.ts'
import { DetectionFilter } from '../pipeline/detection-filter.ts'
import { everyNth, MotionSampler } from '../pipeline/frame-sampler.ts'
import { type FrameSink, runStream } from '../pipeline/stream-pipeline.ts'
import { TrackLooks } from '../pipeline/track-looks.ts'
import { BestCrops } from '../report/best-crops.ts'
import { OutputFolder } from '../report/output-folder.ts'
import { RecordingReport } from '../report/recording-report.ts'
import { StageTimings } from '../report/stage-timings.ts'
import { summarise, summaryText } from '../report/summary.ts'
import { TrajectoryFile } from '../report/trajectory-file.ts'
import { createTracker } from '../tracking/create-tracker.ts'
import { MotionGate } from '../vision/motion/motion-gate.ts'
import { RemoteTally } from '../vision/remote/remote-tally.ts'
import { announceFiles } from './analysis-files.ts'
import type { AnalysisFollower } from './analysis-follower.ts'
import type { AnalysisPlan } from './analysis-options.ts'
import { calibrationFacts } from './calibration-facts.ts'
import { chooseDetector, type DetectorSurroundings } from './choose-detector.ts'
import { DrawnMeasures } from './drawn-measures.ts'
import { MeasureRecords } from './measure-records.ts'
import { openReid } from './open-reid.ts'
import { frames as frameUnit, Progress } from './progress.ts'
import { streamNameOf } from './stream-name.ts'

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

export interface AnalysisSurroundings extends Omit<DetectorSurroundings, 'frame'> {
  /** Where its events belong. Default: a stream of the file's name, in its first epoch. */
  readonly origin?: { readonly stream: string; readonly epoch: number }
  readonly follower?: AnalysisFollower
  /** What people call it. Default: the file's name. */
  readonly title?: string
}

/** Runs one analysis from the plan to the last file. An abort of `signal` ends it early, with what there is. */
export async function runAnalysis(plan: AnalysisPlan, around: AnalysisSurroundings): Promise<Summary> {
  const { signal, terminal, silent, follower } = around
  const startedMs = performance.now()
  const sampler = plan.every === 'auto' ? new MotionSampler(new MotionGate()) : everyNth(plan.every)
  await using video = await openVideo(plan.input, {
    maxPixels: plan.maxPixels,
    fromMs: plan.fromMs,
    toMs: plan.toMs,
    signal,
    decoding: plan.decode,
    // An annotated video shows every picture.
    watch: sampler instanceof MotionSampler && !plan.annotate ? sampler : undefined
  })
  tellNotice(video, around)
  using folder = new OutputFolder(plan.out, { input: plan.input })
  announceFiles(folder, plan)
  const { width, height, fps } = video.facts
  const timings = new StageTimings()
  const remotes = new RemoteTally(({ outcome, ms }) => {
    if (outcome === 'answered') timings.add('remote', ms)
  })
  await using detector = await chooseDetector(plan, { ...around, frame: { width, height }, remotes })
  await using embedder = plan.reid && (await openReid(plan.reid, plan.provider, around))
  const origin = around.origin ?? { stream: streamNameOf(video.facts.title), epoch: 1 }
  const aspect = width / height
  const calibration = plan.calibration && new Calibration(plan.calibration, aspect)
  const drawn = new DrawnMeasures(plan, { ...origin, aspect, wallTime: plan.wallTime, calibration })
  const records = new MeasureRecords(plan, folder, { aspect, heightPx: height, calibration })
  const heatmap = new Heatmap({ aspect })
  const crops = new BestCrops()
  const report = new RecordingReport(folder, detector.labels)
  const wallTime = plan.wallTime ?? null
  const header = { ...origin, width, height, fps: fps ?? null, labels: [...detector.labels], wallTime }
  const trajectories = new TrajectoryFile(folder, header)
  const following = (await follower?.begin({ header, video: video.facts, zones: drawn.zones })) ?? []
  await using annotation = plan.annotate
    ? await (await import('./annotation.ts')).Annotation.open(folder, video.facts, detector.labels, drawn)
    : undefined
  const filter = new DetectionFilter(plan)
  using progress = new Progress({ label: 'analysing', unit: frameUnit, stream: terminal.stderr, silent })
  let done = 0

  const sink: FrameSink = {
    async take(frame, tracks, detections, events) {
      await report.take(frame, tracks, detections, events)
      records.take(tracks.ptsMs, events)
      trajectories.take(tracks)
      await crops.observe(frame, tracks.rows, tracks.ended)
      await annotation?.take(frame, tracks.rows)
      await follower?.picture?.(frame, tracks)
      await follower?.frame(tracks, events)
      progress.update(++done, video.facts.expectedFrames)
    },
    end(events) {
      report.events(events)
      records.end(events)
      follower?.end(events)
    }
  }
  const drawing = import('./analysis-pictures.ts')
  await runStream({
    frames: video.frames(),
    sampler,
    detector,
    filter,
    tracker: createTracker(plan.tracker, { frame: { width, height }, fps: fps ?? 25, reid: plan.reid }),
    looks: embedder && new TrackLooks(embedder),
    measures: [
      new MeasureSet(aspect, [new Lifecycle(origin), ...drawn.stages, heatmap, ...records.stages, ...following])
    ],
    sink,
    durations: timings,
    sequential: plan.sequential
  })

  await annotation?.finish()
  trajectories.finish()
  await follower?.finish(crops)
  const counts = report.tracks()
  const { title = video.facts.title } = around
  const sources = { title, labels: detector.labels, report, crops, tracks: counts.total, heatmap, weight: plan.heatmap }
  // Sessions and decoded pictures make room for those that are drawn.
  await detector[Symbol.asyncDispose]()
  await video[Symbol.asyncDispose]()
  await (await drawing).drawPictures(folder, sources)
  const summary = summarise({
    sightline: version,
    input: inputFacts(video),
    model: detector.name,
    tracker: plan.tracker,
    provider: detector.provider,
    frames: { ...report.frames, droppedBroken: video.brokenPackets },
    boxes: { kept: report.boxes, filtered: filter.dropped, invalid: detector.invalidBoxes },
    tracks: counts,
    lines: drawn.lineTotals(),
    zones: drawn.zoneTotals(),
    calibration: calibration && calibrationFacts(calibration, plan, height),
    stages: timings.result(),
    remotes: remoteFacts(remotes),
    wallMs: performance.now() - startedMs,
    interrupted: signal.aborted
  })
  folder.file('summary.json', summaryText(summary))
  folder.commit()
  return summary
}

/** The first picture has been decoded: what was asked for has shown whether it can. */
function tellNotice({ notice }: Video, { log, terminal }: AnalysisSurroundings): void {
  if (!notice) return
  log.warn({ code: notice.code, reason: notice.message }, 'what was asked for does not decode')
  terminal.stderr.write(`${notice.message}\n`)
}

/** How often each model on a server was asked, by what became of it. Undefined where there is none. */
function remoteFacts({ figures }: RemoteTally): Summary['remotes'] {
  const models = Object.entries(figures).map(([name, { exchanges, fallbacks }]) => {
    const counts = Object.entries(exchanges).map(([outcome, { count }]) => [outcome, count] as const)
    return [name, { exchanges: Object.fromEntries(counts), fallbacks }] as const
  })
  return models.length > 0 ? Object.fromEntries(models) : undefined
}

function inputFacts(video: Video) {
  const { title, sizeBytes, container, codec, width, height, fps, durationMs, rotation } = video.facts
  return {
    source: title,
    sizeBytes: sizeBytes ?? null,
    container,
    codec,
    width,
    height,
    fps: fps ?? null,
    durationMs: durationMs ?? null,
    rotation,
    truncated: video.truncated
  }
}
