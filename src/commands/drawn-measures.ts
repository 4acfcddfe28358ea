import type { Point } from '../contract/geometry.ts'
import type { LineTotals, ZoneTotals } from '../contract/report.ts'
import { LineCounter } from '../measures/line.ts'
import type { MeasureContext } from '../measures/measure-context.ts'
import { ZoneWatch } from '../measures/zone.ts'
import type { OverlayLine, OverlayZone } from '../report/overlay-scene.ts'
import type { AnalysisPlan } from './analysis-options.ts'

interface Drawn<Stage> {
  readonly name: string
  readonly points: readonly Point[]
  readonly stage: Stage
}

/** The lines and zones that somebody drew on the picture, as measures and as what is shown of them. */
export class DrawnMeasures {
  readonly #lines: readonly Drawn<LineCounter>[]
  readonly #zones: readonly Drawn<ZoneWatch>[]

  constructor({ lines, zones }: Pick<AnalysisPlan, 'lines' | 'zones'>, context: MeasureContext) {
    this.#lines = drawn(lines, (name, line) => new LineCounter(context, name, line))
    this.#zones = drawn(zones, (name, zone) => new ZoneWatch(context, name, zone))
  }

  get stages(): readonly (LineCounter | ZoneWatch)[] {
    return [...this.#lines, ...this.#zones].map(({ stage }) => stage)
  }

  lineTotals(): Record<string, LineTotals> {
    return Object.fromEntries(this.#lines.map(({ name, stage }) => [name, lineTotals(stage)]))
  }

  zoneTotals(): Record<string, ZoneTotals> {
    return Object.fromEntries(this.#zones.map(({ name, stage }) => [name, zoneTotals(stage)]))
  }

  /** As they stand now, for drawing. */
  get overlay(): { lines: OverlayLine[]; zones: OverlayZone[] } {
    return {
      lines: this.#lines.map(({ name, points, stage }) => ({ name, points, ...lineTotals(stage) })),
      zones: this.#zones.map(({ name, points, stage }) => ({ name, points, occupancy: stage.snapshot().current }))
    }
  }
}

function drawn<Definition extends { readonly points: readonly Point[] }, Stage>(
  definitions: Readonly<Record<string, Definition>>,
  create: (name: string, definition: Definition) => Stage
): Drawn<Stage>[] {
  return Object.entries(definitions).map(([name, definition]) => {
    return { name, points: definition.points, stage: create(name, definition) }
  })
}

function lineTotals(line: LineCounter): LineTotals {
  const counts = line.snapshot()
  return { in: counts.in ?? 0, out: counts.out ?? 0 }
}

function zoneTotals(zone: ZoneWatch): ZoneTotals {
  const { entered = 0, left = 0, peak = 0, dwellMs = 0, longestDwellMs = 0 } = zone.snapshot()
  return {
    entered,
    left,
    peakOccupancy: peak,
    dwellMs: left === 0 ? null : { mean: dwellMs / left, max: longestDwellMs }
  }
}
