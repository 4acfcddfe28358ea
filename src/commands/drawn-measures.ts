import type { LineTotals, ZoneTotals } from '../contract/report.ts'
import { DefinedMeasures } from '../measures/defined-measures.ts'
import type { LineCounter } from '../measures/line.ts'
import type { MeasureContext } from '../measures/measure-context.ts'
import type { ZoneWatch } from '../measures/zone.ts'
import type { OverlayLine, OverlayZone } from '../report/overlay-scene.ts'
import type { MeasurePlan } from './measure-plan.ts'

/** What was defined to be measured, as measures and, where it was drawn on the picture, as what is shown of it. */
export class DrawnMeasures {
  readonly #plan: MeasurePlan
  readonly #measures: DefinedMeasures

  /** @throws SL_OPTION_INVALID for a definition without sense, by its name */
  constructor(plan: MeasurePlan, context: MeasureContext) {
    this.#plan = plan
    this.#measures = new DefinedMeasures(plan, context)
  }

  get stages(): DefinedMeasures['stages'] {
    return this.#measures.stages
  }

  get zones(): DefinedMeasures['zones'] {
    return this.#measures.zones
  }

  lineTotals(): Record<string, LineTotals> {
    const { lines } = this.#plan
    return Object.fromEntries(
      [...this.#measures.lines].map(([name, line]) => [name, { ...titled(lines![name]!), ...lineTotals(line) }])
    )
  }

  zoneTotals(): Record<string, ZoneTotals> {
    const { zones } = this.#plan
    return Object.fromEntries(
      [...this.#measures.zones].map(([name, zone]) => [name, { ...titled(zones![name]!), ...zoneTotals(zone) }])
    )
  }

  /** As they stand now, for drawing. */
  get overlay(): { lines: OverlayLine[]; zones: OverlayZone[] } {
    const { lines = {}, zones = {} } = this.#plan
    return {
      lines: [...this.#measures.lines].map(([name, line]) => {
        const { title = name, points } = lines[name]!
        return { name: title, points, ...lineTotals(line) }
      }),
      zones: [...this.#measures.zones].map(([name, zone]) => {
        const { title = name, points } = zones[name]!
        return { name: title, points, occupancy: zone.snapshot().current }
      })
    }
  }
}

function titled({ title }: { readonly title?: string }): { readonly title?: string } {
  return title === undefined ? {} : { title }
}

function lineTotals(line: LineCounter): LineTotals {
  const counts = line.snapshot()
  return { in: counts.in ?? 0, out: counts.out ?? 0 }
}

function zoneTotals(zone: ZoneWatch): ZoneTotals {
  const { entered, left, peak, mean, dwellMs, longestDwellMs } = zone.snapshot()
  return {
    entered,
    left,
    peakOccupancy: peak,
    meanOccupancy: Math.round(mean * 1000) / 1000,
    dwellMs: left === 0 ? null : { mean: dwellMs / left, max: longestDwellMs }
  }
}
