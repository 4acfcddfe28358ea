import type { Event } from '../contract/event.ts'
import { type MeasureTitles, titlesOf } from '../contract/measure-titles.ts'
import type { Stage } from '../core/stage.ts'
import type { Calibration } from '../measures/calibration.ts'
import { type CountBucket, CountSeries } from '../measures/count-series.ts'
import { Movement } from '../measures/movement.ts'
import { PathCollector } from '../measures/path.ts'
import { PathClusters } from '../measures/path-clusters.ts'
import { Recorded } from '../measures/recorded.ts'
import type { Scene } from '../measures/scene.ts'
import { countsHeader, countsRow, movementHeader, movementRow, pathsText } from '../report/measure-tables.ts'
import type { OutputFolder } from '../report/output-folder.ts'
import type { TextFile } from '../report/text-file.ts'
import type { MeasurePlan } from './measure-plan.ts'

interface Picture {
  readonly aspect: number
  readonly heightPx: number
  readonly calibration: Calibration | undefined
}

/** The measures whose results are tables of their own: `movement.csv`, `paths.json`, `counts.csv`, as far as asked for. */
export class MeasureRecords {
  readonly stages: Stage<Scene, never>[] = []
  readonly #folder: OutputFolder
  readonly #titles: MeasureTitles
  readonly #clusters: PathClusters | undefined
  readonly #counts: { readonly series: CountSeries; readonly file: TextFile; readonly isWallTime: boolean } | undefined

  constructor(plan: MeasurePlan, folder: OutputFolder, { aspect, heightPx, calibration }: Picture) {
    this.#folder = folder
    this.#titles = titlesOf(plan)
    if (plan.movement) {
      const file = folder.text('movement.csv')
      file.write(movementHeader)
      const movement = new Movement({ aspect, heightPx, calibration, ...plan.movement })
      this.stages.push(new Recorded(movement, way => file.write(movementRow(way))))
    }
    if (plan.paths) {
      const clusters = new PathClusters(aspect, plan.paths)
      this.#clusters = clusters
      this.stages.push(new Recorded(new PathCollector({ aspect }), path => clusters.add(path)))
    }
    if (plan.counts) {
      const file = folder.text('counts.csv')
      file.write(countsHeader)
      const isWallTime = plan.wallTime !== undefined
      this.#counts = { series: new CountSeries(plan.counts.bucketMs, plan.wallTime), file, isWallTime }
    }
  }

  /** Takes the events of a frame. */
  take(ptsMs: number, events: readonly Event[]): void {
    if (this.#counts) this.#write(this.#counts.series.process(ptsMs, events))
  }

  /** Takes the events of the end, and writes what was held back. */
  end(events: readonly Event[]): void {
    if (this.#counts) {
      const { series } = this.#counts
      for (const event of events) this.#write(series.process(event.ptsMs, [event]))
      this.#write(series.flush())
    }
    if (this.#clusters) this.#folder.file('paths.json', pathsText(this.#clusters.clusters()))
  }

  #write(buckets: readonly CountBucket[]): void {
    for (const bucket of buckets) this.#counts?.file.write(countsRow(bucket, this.#counts.isWallTime, this.#titles))
  }
}
