import type { CalibrationDefinition } from '../../contract/measure-definition.ts'
import type { Recording } from '../../store/recordings.ts'

/** Measures the stored tracks of a recording again, on a ground that somebody has told since. */
export interface CalibrationDesk {
  /**
   * Its report has `movement.csv` in metres when this resolves, and the recording its calibration. False where its tracks are
   * not kept any more.
   * @throws SL_OPTION_INVALID for places that determine no ground, SL_TRAJECTORY_DAMAGED, SL_QUERY_…, SL_CANCELLED
   */
  calibrate(recording: Recording, calibration: CalibrationDefinition, signal: AbortSignal): Promise<boolean>
}
