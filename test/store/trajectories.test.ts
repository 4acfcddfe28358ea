import { openSqliteStore } from './suites/open-store.ts'
import { trajectoryFramesSuite } from './suites/trajectory-frames.ts'
import { trajectoryMovementSuite } from './suites/trajectory-movement.ts'
import { trajectoryPastSuite } from './suites/trajectory-past.ts'
import { trajectoryRegionSuite } from './suites/trajectory-region.ts'
import { trajectoryTransferSuite } from './suites/trajectory-transfer.ts'

trajectoryFramesSuite(openSqliteStore)
trajectoryRegionSuite(openSqliteStore)
trajectoryPastSuite(openSqliteStore)
trajectoryMovementSuite(openSqliteStore)
trajectoryTransferSuite(openSqliteStore)
