import { trajectoryFramesSuite } from '../store/suites/trajectory-frames.ts'
import { trajectoryMovementSuite } from '../store/suites/trajectory-movement.ts'
import { trajectoryPastSuite } from '../store/suites/trajectory-past.ts'
import { trajectoryRegionSuite } from '../store/suites/trajectory-region.ts'
import { trajectoryTransferSuite } from '../store/suites/trajectory-transfer.ts'
import { onPostgres } from './postgres-stores.ts'

await onPostgres(
  trajectoryFramesSuite,
  trajectoryRegionSuite,
  trajectoryPastSuite,
  trajectoryMovementSuite,
  trajectoryTransferSuite
)
