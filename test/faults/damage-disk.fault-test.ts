import { deepStrictEqual, match, ok, rejects } from 'node:assert/strict'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { failingSync, withoutCompiler } from './support/failing-sync.ts'
import { askSqlite, keptEvents, miscounted } from './support/kept-events.ts'
import { NumberedLife } from './support/numbered-life.ts'
import { withoutMounts } from './support/run-tool.ts'
import { logsIn, Serving } from './support/serving.ts'
import { SmallDisk } from './support/small-disk.ts'
import { until } from './support/until.ts'

const timeout = 600_000
const endless = 1_000_000

function task(data: string, stream = 'door') {
  return { data, stream, baseMs: Date.now() - 3_600_000, first: 1, last: endless, group: 5, perSecond: 1000 }
}

/** Serves until all logs are delivered, and compares: everything accepted is there, once. */
async function allIsKept(data: string, lives: readonly NumberedLife[]): Promise<void> {
  await using serving = new Serving(data)
  await serving.ready()
  await serving.drained()
  deepStrictEqual(await serving.readiness(), { status: 'ready', problems: [] })
  deepStrictEqual([await serving.stop(), logsIn(data)], [0, []])
  const ask = await askSqlite(data)
  const kept = await keptEvents(ask, lives)
  deepStrictEqual([kept.lost, kept.twice, kept.foreign], [[], [], []])
  deepStrictEqual(await miscounted(ask), [])
}

describe('a disk that fails', { concurrency: true }, () => {
  test('D1 a worker whose fsync fails ends, says so, and loses nothing that it had accepted', { timeout }, async t => {
    await using folder = await temporaryFolder()
    const sync = failingSync(folder.path, '/logs/')
    if (!sync) return t.skip(withoutCompiler)
    const data = join(folder.path, 'data')
    await using life = new NumberedLife(task(data), { env: sync.env })
    await life.until(300)
    sync.begin()
    deepStrictEqual(await life.ended(), 3)
    match(life.said, /SL_LOG_FAILED: The log in .* could not be written and is not to be trusted any more/)
    await using next = new NumberedLife({ ...task(data), last: 500, perSecond: undefined })
    deepStrictEqual(await next.ended(), 0)
    await allIsKept(data, [life, next])
  })

  test('D2 the main process whose store fails to fsync ends, says so, and loses nothing', { timeout }, async t => {
    await using folder = await temporaryFolder()
    const sync = failingSync(folder.path, '/store/')
    if (!sync) return t.skip(withoutCompiler)
    const data = join(folder.path, 'data')
    await using serving = new Serving(data, { env: sync.env })
    await using life = new NumberedLife(task(data))
    await serving.ready()
    await life.until(300)
    sync.begin()
    deepStrictEqual(await serving.ended(), 1)
    match(serving.said, /was not kept by its disk \(fsync failed\).*\[SL_STORE_DAMAGED\]/)
    await life.until(life.accepted.size + 300)
    await life.kill()
    await allIsKept(data, [life])
  })

  test('D3 on a disk that turns read-only a log accepts nothing more; its worker ends and says why', {
    timeout,
    skip: withoutMounts()
  }, async () => {
    await using folder = await temporaryFolder()
    await using disk = await SmallDisk.create(64)
    const data = await dataWith(folder.path, disk, 'logs')
    await using serving = new Serving(data)
    await serving.ready()
    await using life = new NumberedLife(task(data))
    await life.until(300)
    await disk.breakDown()
    deepStrictEqual(await life.ended(), 3)
    match(life.said, /SL_LOG_FAILED: The log in .* could not be written .*Look at the disk/)
    await using refused = new NumberedLife(task(data))
    deepStrictEqual([await refused.ended(), refused.accepted.size], [3, 0])
    match(refused.said, /SL_LOG_UNWRITABLE: The log in .* cannot be written/)
    deepStrictEqual(await serving.stop(), 0)
    await disk.repair()
    await using next = new NumberedLife({ ...task(data), last: 500, perSecond: undefined })
    deepStrictEqual(await next.ended(), 0)
    await allIsKept(data, [life, next])
  })

  test('D4 while the disk of the store is read-only, it is not ready and says why; workers go on, and nothing is lost', {
    timeout,
    skip: withoutMounts()
  }, async () => {
    await using folder = await temporaryFolder()
    await using disk = await SmallDisk.create(64)
    const data = await dataWith(folder.path, disk, 'store')
    await using serving = new Serving(data)
    await serving.ready()
    await using life = new NumberedLife(task(data))
    await life.until(300)
    await disk.breakDown()
    let why = ''
    const saysWhy = async () => {
      const { problems } = await serving.readiness().catch(() => ({ problems: [] }))
      why = problems.flatMap(({ part, message }) => (part === 'store' ? message : [])).join()
      return why !== '' || !serving.isRunning
    }
    await until('it says that the store is away', saysWhy)
    if (why) match(why, /store cannot be written|could not be read or written; look at its disk/)
    // In the midst of a commit it is a failed fsync.
    else match(serving.said, /\[SL_STORE_DAMAGED\]/)
    if (serving.isRunning) await serving.stop()
    ok(life.isRunning)
    await life.until(life.accepted.size + 300)
    await life.kill()
    await disk.repair()
    await allIsKept(data, [life])
  })

  test('D5 the disk of everything turns read-only while nothing comes: it is not ready all the same, and nothing is accepted', {
    timeout,
    skip: withoutMounts()
  }, async () => {
    await using disk = await SmallDisk.create(64)
    const data = join(disk.path, 'data')
    await using serving = new Serving(data)
    await serving.ready()
    await using life = new NumberedLife(task(data))
    await life.until(300)
    // As somebody would do it by hand: the system refuses while there is a writer, and nothing is disturbed.
    await rejects(disk.remount('ro'), /busy/)
    await life.until(life.accepted.size + 300)
    deepStrictEqual(await serving.readiness(), { status: 'ready', problems: [] })
    await life.kill()
    await serving.drained()
    await disk.breakDown()
    await using refused = new NumberedLife(task(data))
    deepStrictEqual([await refused.ended(), refused.accepted.size], [3, 0])
    const unwritable = async () => {
      const { status, problems } = await serving.readiness()
      const told = problems.filter(({ message }) => message.includes('cannot be written'))
      return status === 'not-ready' && told.map(({ part }) => part).join() === 'log,log,store'
    }
    await until('it says what cannot be written', unwritable, { why: () => serving.said })
    const toldAt = performance.now()
    await serving.stop()
    const tookMs = performance.now() - toldAt
    ok(tookMs < 25_000, `It took ${Math.round(tookMs)} ms.`)
    await disk.repair()
    await using next = new NumberedLife({ ...task(data), last: 500, perSecond: undefined })
    deepStrictEqual(await next.ended(), 0)
    await allIsKept(data, [life, refused, next])
  })

  test('D6 a disk of the logs that is mounted read-only for a while and then for writing again needs no restart', {
    timeout,
    skip: withoutMounts()
  }, async () => {
    await using folder = await temporaryFolder()
    await using disk = await SmallDisk.create(64)
    const data = await dataWith(folder.path, disk, 'logs')
    await using serving = new Serving(data)
    await serving.ready()
    await using life = new NumberedLife({ ...task(data), last: 500 })
    deepStrictEqual(await life.ended(), 0)
    await serving.drained()
    await disk.remount('ro')
    await using refused = new NumberedLife(task(data))
    deepStrictEqual([await refused.ended(), refused.accepted.size], [3, 0])
    const told = async () => (await serving.readiness()).problems.map(({ part, code }) => `${part} ${code}`).join()
    await until('it is not ready', async () => (await told()) === 'log SL_LOG_UNWRITABLE')
    await disk.remount('rw')
    await using next = new NumberedLife({ ...task(data), last: 500, perSecond: undefined })
    deepStrictEqual(await next.ended(), 0)
    await serving.drained()
    await until('it is ready', async () => (await told()) === '')
    deepStrictEqual(await serving.stop(), 0)
    await allIsKept(data, [life, next])
  })
})

/** A data folder of which one part lies on a disk of its own. */
async function dataWith(folder: string, disk: SmallDisk, part: 'logs' | 'store'): Promise<string> {
  const data = join(folder, 'data')
  await mkdir(data)
  await mkdir(join(disk.path, part))
  await symlink(join(disk.path, part), join(data, part))
  return data
}
