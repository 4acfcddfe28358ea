import { statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Event } from '../contract/event.ts'
import { type Measured, measuredVersion } from '../contract/measured-report.ts'
import { trajectoryFileName } from '../contract/trajectory.ts'
import { Calibration } from '../measures/calibration.ts'
import { Heatmap } from '../measures/heatmap.ts'
import { Lifecycle } from '../measures/lifecycle.ts'
import { MeasureSet } from '../measures/measure-set.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import { heatmapPicture } from '../report/heatmap-picture.ts'
import { eventLine } from '../report/jsonl.ts'
import { OutputFolder } from '../report/output-folder.ts'
import { plainPicture } from '../report/picture.ts'
import { TrackStatistics } from '../report/track-statistics.ts'
import { type TimeRange, TrajectoryReader } from '../trajectories/trajectory-reader.ts'
import { calibrationFacts } from './calibration-facts.ts'
import { DrawnMeasures } from './drawn-measures.ts'
import { heatCaption } from './heat-caption.ts'
import { InputBytes } from './input-bytes.ts'
import type { MeasurePlan } from './measure-plan.ts'
import { MeasureRecords } from './measure-records.ts'

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }
/** The heatmap has no picture below it: its colours lie on a dark ground, whose longer side has so many pixels at most. */
const longestSidePx = 1280

/** What is measured over which trajectories. */
export interface StoredPlan extends MeasurePlan, TimeRange {
  /** A trajectory file, or the folder of an analysis. */
  readonly input: string
  /** Where files go; none are written without. */
  readonly out: string | undefined
}

/**
 * Measures stored tracks as if their video were analysed now: the same measures, fed the same frames, so they say the
 * same, event for event.
 */
export async function measureStored(asked: StoredPlan): Promise<Measured> {
  const path = trajectoryPath(asked.input)
  using bytes = new InputBytes(path)
  const reader = new TrajectoryReader(bytes, path)
  const { stream, epoch, width, height, labels, wallTime } = reader.header
  const plan = { ...asked, wallTime: asked.wallTime ?? wallTime ?? undefined }
  const aspect = width / height
  const calibration = plan.calibration && new Calibration(plan.calibration, aspect)
  const drawn = new DrawnMeasures(plan, { stream, epoch, aspect, wallTime: plan.wallTime, calibration })
  const heatmap = new Heatmap({ aspect })
  using folder = plan.out === undefined ? undefined : new OutputFolder(plan.out)
  const records = folder && new MeasureRecords(plan, folder, { aspect, heightPx: height, calibration })
  const eventsFile = folder?.text('events.jsonl')
  const lifecycle = new Lifecycle({ stream, epoch })
  const measures = new MeasureSet(aspect, [lifecycle, ...drawn.stages, heatmap, ...(records?.stages ?? [])])
  const tally = new Tally()

  const say = (events: readonly Event[]) => {
    for (const event of events) {
      tally.event(event)
      eventsFile?.write(eventLine(event))
    }
  }
  reader.replay(frame => {
    tally.frame(frame)
    const events = measures.process(frame)
    say(events)
    records?.take(frame.ptsMs, events)
  }, plan)
  const last = measures.flush()
  say(last)
  records?.end(last)

  const { frames, firstMs, lastMs, events } = tally
  const measured: Measured = {
    version: measuredVersion,
    sightline: version,
    source: path,
    stream,
    epoch,
    cut: reader.isCut,
    firstMs,
    lastMs,
    frames: { read: frames.analysed + frames.gated + frames.skipped, ...frames },
    tracks: tally.statistics.result(labels),
    lines: drawn.lineTotals(),
    zones: drawn.zoneTotals(),
    events: Object.fromEntries([...events].sort(([a], [b]) => (a < b ? -1 : 1))),
    ...(calibration && { calibration: calibrationFacts(calibration, plan, height) })
  }
  if (folder) {
    const scale = Math.min(1, longestSidePx / Math.max(width, height))
    const ground = plainPicture(Math.ceil(width * scale), Math.ceil(height * scale))
    folder.file('heatmap.png', await heatmapPicture(ground, heatmap.grid(plan.heatmap), heatCaption(plan.heatmap)))
    folder.file('measured.json', `${JSON.stringify(measured, null, 2)}\n`)
    folder.commit()
  }
  return measured
}

/** What is counted beside the measures. */
class Tally {
  readonly frames = { analysed: 0, gated: 0, skipped: 0 }
  readonly statistics = new TrackStatistics()
  readonly events = new Map<string, number>()
  firstMs: number | null = null
  lastMs: number | null = null

  frame({ frame, ptsMs, outcome, rows, ended }: TrackFrame): void {
    this.frames[outcome]++
    this.statistics.observe(frame, rows, ended)
    this.firstMs ??= ptsMs
    this.lastMs = ptsMs
  }

  event({ kind }: Event): void {
    this.events.set(kind, (this.events.get(kind) ?? 0) + 1)
  }
}

function trajectoryPath(input: string): string {
  const isFolder = statSync(input, { throwIfNoEntry: false })?.isDirectory()
  return isFolder ? join(input, trajectoryFileName) : input
}
