import { deepStrictEqual, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { EpochDesk } from '../../src/events/epoch-desk.ts'
import { EpochLedger } from '../../src/events/epoch-ledger.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('ED1 who asks at the same time is given epochs in one wait for the disk', async () => {
  await using folder = await temporaryFolder()
  using ledger = new EpochLedger(join(folder.path, 'epochs.sqlite'))
  let waits = 0
  const counted: Pick<EpochLedger, 'nextOfAll'> = {
    nextOfAll(asked) {
      waits++
      return ledger.nextOfAll(asked)
    }
  }
  const desk = new EpochDesk(counted)
  deepStrictEqual(await Promise.all([desk.next('door', 1), desk.next('hall', 7), desk.next('door', 1)]), [1, 7, 2])
  deepStrictEqual([await desk.next('door', 1), waits], [3, 2])
})

test('ED2 what was given in one is on the disk as a whole, or nothing of it was given', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'epochs.sqlite')
  using ledger = new EpochLedger(path)
  const desk = new EpochDesk(ledger)
  const broken = null as unknown as string
  const asked = [desk.next('door', 1), desk.next(broken, 1)]
  for (const one of asked) await rejects(one)
  using other = new EpochLedger(path)
  deepStrictEqual([other.highest('door'), await desk.next('door', 1), other.highest('door')], [0, 1, 1])
})
