import { deepStrictEqual } from 'node:assert/strict'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { FormerLogs } from '../../src/roles/former-logs.ts'
import { feeding } from '../events/feeding.ts'
import { crossing } from '../store/records.ts'

test('FL1 logs of workers are waited for until they are gone, and nothing that is no log', async () => {
  await using parts = await feeding()
  for (const name of ['live-1', 'job-1']) {
    await using log = await parts.openLog(name)
    await log.append([crossing({ n: 1 })])
  }
  await writeFile(join(parts.logs, 'live-notes.txt'), '')
  await mkdir(join(parts.logs, 'live-kept'))
  const former = new FormerLogs(parts.logs)
  const before = former.areStored()
  await rename(join(parts.logs, 'live-1'), join(parts.logs, '.gone-live-1'))
  deepStrictEqual([[...former.names], before, former.areStored()], [['live-1'], false, true])
})
