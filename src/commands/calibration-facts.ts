import type { CalibrationFacts } from '../contract/report.ts'
import type { Calibration } from '../measures/calibration.ts'
import type { MeasurePlan } from './measure-plan.ts'

/** How well a calibration fits, for reports. */
export function calibrationFacts({ error }: Calibration, plan: MeasurePlan, heightPx: number): CalibrationFacts {
  const { medianMetres, maxMetres, rmsHeights } = error
  return { points: plan.calibration?.points.length ?? 0, medianMetres, maxMetres, rmsPx: rmsHeights * heightPx }
}
