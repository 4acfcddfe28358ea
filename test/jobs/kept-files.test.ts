import { deepStrictEqual, rejects } from 'node:assert/strict'
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { keepFiles } from '../../src/roles/analysis-job-files.ts'
import { Assets } from '../../src/store/assets.ts'
import { openDiskBlobs } from '../../src/store/blobs/disk.ts'
import { openDatabase } from '../../src/store/database.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
const inside = (...names: string[]) => join(folder.path, ...names)
const database = await openDatabase({ file: inside('store.sqlite') })
const blobs = await openDiskBlobs({ folder: inside('blobs'), secrets: inside('secrets') })
const assets = new Assets(database, blobs)
after(async () => {
  await blobs[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const job = { id: 'abcdefghjkmn', stream: 'clip' }
let work = ''
let attempts = 0
beforeEach(async () => {
  work = inside(`work-${++attempts}`)
  await mkdir(join(work, 'out'), { recursive: true })
  await mkdir(join(work, 'crops'))
})

const keep = () => keepFiles(assets, work, job, new AbortController().signal)
const references = () =>
  database.sql.selectFrom('asset_references').select(['kind', 'name', 'stream']).orderBy('name').execute()

test('reports and pictures of tracks are kept, other files are not', async () => {
  for (const name of ['out/summary.json', 'out/detections.jsonl', 'out/.bashrc', 'crops/7.jpg', 'crops/x.jpg'])
    await writeFile(join(work, name), name)
  await keep()
  deepStrictEqual(await references(), [
    { kind: 'report', name: 'summary.json', stream: 'clip' },
    { kind: 'snapshot', name: 'track-7.jpg', stream: 'clip' }
  ])
})

test('what an attempt before kept goes', async () => {
  await writeFile(join(work, 'out/summary.json'), 'of this attempt')
  await keep()
  const rows = await database.sql.selectFrom('assets').select(['bytes', 'state']).execute()
  deepStrictEqual(rows, [{ bytes: 15, state: 'ready' }])
})

test('the file that a job reads stays', async () => {
  await writeFile(join(work, 'out/summary.json'), 'of this attempt')
  const reference = { kind: 'upload', owner: `job/${job.id}`, name: 'input', stream: job.stream } as const
  await assets.keep(Buffer.from('a video'), reference)
  await keep()
  deepStrictEqual(
    (await references()).map(({ name }) => name),
    ['input', 'summary.json']
  )
  await assets.release({ owner: reference.owner, kind: 'upload' })
})

for (const place of ['out/summary.json', 'crops/7.jpg', 'out', 'crops'] as const) {
  test(`a link in the place of ${place} is refused`, async () => {
    await mkdir(inside('elsewhere'), { recursive: true })
    await writeFile(inside('elsewhere', 'summary.json'), 'a secret')
    await rm(join(work, place), { recursive: true, force: true })
    await symlink(inside('elsewhere'), join(work, place))
    await rejects(keep(), { code: 'SL_JOB_CRASHED' })
  })
}
