import { openDatabase, type StoreDatabase } from '../../../src/store/database.ts'
import { trajectoryFramesSuite } from '../suites/trajectory-frames.ts'
import { trajectoryPastSuite } from '../suites/trajectory-past.ts'
import { trajectoryRegionSuite } from '../suites/trajectory-region.ts'
import { trajectoryTransferSuite } from '../suites/trajectory-transfer.ts'

const open = (): Promise<StoreDatabase> => openDatabase({ file: ':memory:' })

trajectoryFramesSuite(open)
trajectoryRegionSuite(open)
trajectoryPastSuite(open)
trajectoryTransferSuite(open)
