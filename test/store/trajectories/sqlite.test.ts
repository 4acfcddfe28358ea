import { openDatabase, type StoreDatabase } from '../../../src/store/database.ts'
import { trajectoryFramesSuite } from '../suites/trajectory-frames.ts'

const open = (): Promise<StoreDatabase> => openDatabase({ file: ':memory:' })

trajectoryFramesSuite(open)
