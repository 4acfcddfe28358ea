import {
  type BoxCounts,
  type CalibrationFacts,
  type FrameCounts,
  type InputFacts,
  type LineTotals,
  type RemoteUse,
  type StageTiming,
  type Summary,
  summaryVersion,
  type ZoneTotals
} from '../contract/report.ts'
import { redactUrl } from '../core/redact.ts'
import type { TrackCounts } from './track-statistics.ts'

/** What the run counted, as the pipeline holds it. */
export interface SummaryCounters {
  readonly sightline: string
  /** `source` may still carry credentials: they are taken out here. */
  readonly input: InputFacts
  readonly model: string
  readonly tracker: string
  readonly provider: string
  /** `read` is their sum. */
  readonly frames: Omit<FrameCounts, 'read'>
  readonly boxes: BoxCounts
  readonly tracks: TrackCounts
  readonly lines: Readonly<Record<string, LineTotals>>
  readonly zones: Readonly<Record<string, ZoneTotals>>
  readonly calibration?: CalibrationFacts | undefined
  readonly stages: Readonly<Record<string, StageTiming>>
  readonly remotes?: Readonly<Record<string, RemoteUse>> | undefined
  readonly wallMs: number
  readonly interrupted: boolean
}

/** Builds the content of `summary.json`. Labels, lines and zones come in a fixed order: by name. */
export function summarise(counters: SummaryCounters): Summary {
  const { analysed, gated, skipped, droppedBroken } = counters.frames
  const read = analysed + gated + skipped
  const wallMs = Math.round(counters.wallMs)
  return {
    version: summaryVersion,
    sightline: counters.sightline,
    input: { ...counters.input, source: redactUrl(counters.input.source) },
    model: counters.model,
    tracker: counters.tracker,
    provider: counters.provider,
    frames: { read, analysed, gated, skipped, droppedBroken },
    boxes: counters.boxes,
    tracks: { total: counters.tracks.total, byLabel: byName(counters.tracks.byLabel) },
    lines: byName(counters.lines),
    zones: byName(counters.zones),
    ...(counters.calibration && { calibration: counters.calibration }),
    stages: { ...counters.stages },
    ...(counters.remotes && { remotes: { ...counters.remotes } }),
    fps: counters.wallMs > 0 ? Math.round((read / counters.wallMs) * 1e5) / 100 : 0,
    wallMs,
    interrupted: counters.interrupted
  }
}

/** As the file has it: indented for people, a line break at the end. */
export function summaryText(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`
}

function byName<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  // Object.fromEntries defines properties, so a label called "__proto__" is a key like any other.
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
}
