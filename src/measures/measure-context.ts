import type { Calibration } from './calibration.ts'
import type { WallTime } from './schedule.ts'

/** What all measures of a stream are told. */
export interface MeasureContext {
  readonly stream: string
  /** Grows at each restart of the stream. */
  readonly epoch: number
  /** The frame's width by its height: distances are taken as they look. */
  readonly aspect: number
  /** When the recording began; schedules need it. */
  readonly wallTime?: WallTime | undefined
  /** From the picture to metres on the ground. */
  readonly calibration?: Calibration | undefined
}
