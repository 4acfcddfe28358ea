import type { Principal } from '../../access/principal.ts'
import type { ReportWithSummary } from '../../contract/api/recording.ts'
import type { CalibrationDefinition } from '../../contract/measure-definition.ts'
import { requireReach } from '../route-access.ts'
import { record } from './audit.ts'
import { findRecording } from './recordings.ts'
import { findReport } from './reports.ts'
import type { Sources } from './sources.ts'
import { unknown } from './unknown.ts'

/**
 * Tells where places of a recording's picture are on the ground: from now on its report has ways and speeds in metres.
 * @throws SL_RESOURCE_UNKNOWN also where its tracks are gone, SL_NOT_PERMITTED, SL_OPTION_INVALID, SL_TRAJECTORY_DAMAGED
 */
export async function calibrateReport(
  sources: Pick<Sources, 'recordings' | 'files' | 'calibrations' | 'audit'>,
  principal: Principal,
  id: string,
  calibration: CalibrationDefinition,
  signal: AbortSignal
): Promise<ReportWithSummary> {
  const recording = await findRecording(sources, principal, id)
  requireReach(principal, 'operate', recording.stream, () => unknown('recording', id))
  if (!(await sources.calibrations.calibrate(recording, calibration, signal)))
    throw unknown('stored track of the recording', id)
  await record(sources, principal, 'recording-calibrated', `recording/${id}`, { points: calibration.points.length })
  return findReport(sources, principal, id)
}
