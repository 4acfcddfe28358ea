import { deepStrictEqual, ok } from 'node:assert/strict'
import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { sql } from 'kysely'
import { Keeper } from '../../src/retention/keeper.ts'
import { Assets } from '../../src/store/assets.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { withoutMounts } from '../faults/support/run-tool.ts'
import { SmallDisk } from '../faults/support/small-disk.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { policyOf } from './policies.ts'

const hour = 3_600_000

test('a real disk: from 85 % the oldest goes until 83 %, from 92 % no clips, from 97 % no uploads, and back by itself', {
  skip: withoutMounts()
}, async () => {
  await using folder = await temporaryFolder()
  await using disk = await SmallDisk.create(40)
  await using database = await openDatabase({ file: join(folder.path, 'store.sqlite') })
  await using blobs = await openDiskBlobs({ folder: join(disk.path, 'blobs'), secrets: join(folder.path, 'secrets') })
  const assets = new Assets(database, blobs)
  await using keeper = await Keeper.open({
    database,
    policy: policyOf({ untouchedMs: hour }),
    media: assets,
    folders: { media: join(disk.path, 'blobs') },
    clockFile: join(folder.path, 'retention.json'),
    log: { info() {}, warn() {} }
  })
  const fill = async () => {
    const { blocks, bfree, bavail } = await statfs(disk.path)
    return 1 - bavail / (blocks - bfree + bavail)
  }
  /** Somebody else's file, so large that the disk is so full. */
  const fillTo = async (share: number) => {
    await rm(join(disk.path, 'other'), { force: true })
    const { blocks, bfree, bavail, bsize } = await statfs(disk.path)
    const all = blocks - bfree + bavail
    await writeFile(join(disk.path, 'other'), Buffer.alloc(Math.max(0, Math.ceil((share - 1) * all + bavail) * bsize)))
  }
  const may = async () => {
    await keeper.run()
    return [keeper.mayKeepClips(), keeper.mayTakeUploads(), keeper.problems().map(({ part }) => part)]
  }
  // Clips of one megabyte, one for each hour but the last, which is young.
  for (let n = 0; n < 20; n++) {
    await assets.keep(Buffer.alloc(1e6, n), { kind: 'clip', owner: `clip/${n}`, name: 'clip', stream: 'door' })
    const keptMs = Date.now() - (20 - n) * hour + (n === 19 ? hour : 0)
    await sql`update asset_references set created_ms = ${keptMs} where owner = ${`clip/${n}`}`.execute(database.sql)
  }
  await fillTo(0.88)
  deepStrictEqual(await may(), [true, true, []])
  ok((await fill()) <= 0.831, `${await fill()}`)
  const left = await database.sql.selectFrom('asset_references').select('owner').orderBy('created_ms').execute()
  ok(left.length > 15 && left[0]?.owner !== 'clip/0' && left.at(-1)?.owner === 'clip/19', `${left.length} left`)

  // Nothing of ours is old enough to help against that.
  await sql`update asset_references set created_ms = ${Date.now()}`.execute(database.sql)
  await fillTo(0.94)
  deepStrictEqual(await may(), [false, true, ['disk']])
  await fillTo(0.98)
  deepStrictEqual(await may(), [false, false, ['disk']])
  await fillTo(0.6)
  deepStrictEqual(await may(), [true, true, []])
})
