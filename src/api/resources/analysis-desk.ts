import type { AnalysisSettings } from '../../config/analysis-settings.ts'
import type { Job } from '../../contract/job.ts'

/** A recording that is to be analysed, and how. */
export interface AnalysisOrder {
  /** Among the assets. */
  readonly digest: string
  readonly title: string
  /** About when the recording ended, where nobody says when it began. */
  readonly modifiedMs: number
  /** An own one, unless said. */
  readonly stream?: string | undefined
  readonly priority?: number | undefined
  readonly annotate?: boolean | undefined
  readonly fromSeconds?: number | undefined
  readonly toSeconds?: number | undefined
  readonly settings: AnalysisSettings
  /** Ordered again under the same key, it is the same job. */
  readonly key?: string | undefined
}

/** Takes orders for analyses: the same as `sightline jobs add`. */
export interface AnalysisDesk {
  /** @throws SL_OPTION_INVALID, SL_OPTION_CONFLICT for settings without sense */
  order(order: AnalysisOrder): Promise<Job>
}

/** A file that somebody sent, and may have analysed. */
export interface FoundUpload {
  readonly digest: string
  readonly name: string
  readonly receivedMs: number
}
