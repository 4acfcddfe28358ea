import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { EventLog } from '../../src/events/event-log.ts'
import { openDatabase } from '../../src/store/database.ts'
import { numberedEvents } from '../events/scripted-records.ts'
import { makeClip } from '../support/make-clip.ts'
import { runCommand } from '../support/run-command.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('V1 what a worker appends while Sightline serves is in the store', async () => {
  await using folder = await temporaryFolder()
  await using serving = new ServingProcess(folder.path)
  await serving.says(/^Ready/m)
  deepStrictEqual(await serving.readiness(), { status: 200, body: { status: 'ready', problems: [] } })
  {
    await using log = await EventLog.open({ logs: join(folder.path, 'logs'), name: 'worker-1' })
    // Young, or retention would have them.
    await log.append(numberedEvents(1, 50).map(event => ({ ...event, atMs: Date.now() })))
  }
  await using store = await openDatabase({ file: join(folder.path, 'store', 'store.sqlite') })
  const count = () =>
    store.sql
      .selectFrom('events')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .executeTakeFirst()
  while ((await count())?.n !== 50) await new Promise(setImmediate)
  equal(await serving.stop(), 0)
})

test('V2 a second Sightline on the same data folder says who has it, and leaves the first alone', async () => {
  await using folder = await temporaryFolder()
  await using first = new ServingProcess(folder.path)
  await first.says(/^Ready/m)
  await using second = new ServingProcess(folder.path)
  await second.says(new RegExp(`${first.child.pid}.*\\[SL_DATA_IN_USE\\]`))
  equal((await first.readiness()).status, 200)
})

test('V3 a restore that was broken off keeps Sightline from starting on half of a backup', async () => {
  await using folder = await temporaryFolder()
  {
    await using store = await openDatabase({ file: join(folder.path, 'store', 'store.sqlite') })
    const marker = { key: 'restore.unfinished', value: '{}', changed_ms: 0 }
    await store.sql.insertInto('settings').values(marker).execute()
  }
  const { status, stderr } = await runCommand('serve', '--data', folder.path, '--port', '0')
  equal(status, 1)
  match(stderr, /SL_RESTORE_UNFINISHED/)
})

test('V4 a port that is taken is told with the way out', async () => {
  await using folder = await temporaryFolder()
  await using first = new ServingProcess(folder.path)
  const [, port] = await first.says(/http:\/\/127\.0\.0\.1:(\d+)\/readyz/)
  const { status, stderr } = await runCommand('serve', '--data', join(folder.path, 'other'), '--port', port!)
  equal(status, 1)
  match(stderr, /Cannot listen on 127\.0\.0\.1:\d+: something else listens there.*--port.*\[SL_LISTEN_REFUSED\]/)
})

test('V5 while a disk has no room for uploads no job begins, and as soon as it has, they do', async () => {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'data')
  const [clip, config] = [join(folder.path, 'clip.mp4'), join(folder.path, 'sightline.yaml')]
  await makeClip(clip, { frames: 5 })
  await writeFile(config, 'retention: {disk: {prune: 0.01, stopClips: 0.01, stopUploads: 0.01, relief: 0.001}}')
  equal((await runCommand('jobs', 'add', clip, '--model', 'motion', '--data', data)).status, 0)
  const state = async () => {
    await using store = await openDatabase({ file: join(data, 'store', 'store.sqlite') })
    return (await store.sql.selectFrom('jobs').select('state').executeTakeFirst())?.state
  }
  {
    await using full = new ServingProcess(data, {}, ['--config', config])
    await full.says(/^Ready/m)
    const problems = (await full.readiness()).body.problems.map(({ code }) => code)
    deepStrictEqual([...new Set(problems)], ['SL_STORAGE_LOW'])
    await pause(2500)
    equal(await state(), 'queued')
    equal(await full.stop(), 0)
  }
  await using serving = new ServingProcess(data)
  await serving.says(/^Ready/m)
  while ((await state()) === 'queued') await pause(50)
})
