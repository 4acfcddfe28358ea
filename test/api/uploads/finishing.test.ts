import { deepStrictEqual, equal, rejects } from 'node:assert/strict'
import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Upload } from '@tus/server'
import type { Principal } from '../../../src/access/principal.ts'
import type { UploadSteps } from '../../../src/api/uploads/upload-finishing.ts'
import { ownerOf, Uploads, type UploadsOptions } from '../../../src/api/uploads/uploads.ts'
import { SightlineError } from '../../../src/core/errors.ts'
import { createLog } from '../../../src/core/log.ts'
import { admin } from '../../support/let-in.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const id = 'a'.repeat(32)
/** Begins like an MP4; what looks into it here is scripted. */
const video = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isomiso2', 'latin1')
const hour = 3_600_000

const fine: UploadSteps = {
  check: async () => undefined,
  keep: async () => 'd'.repeat(64),
  order: async () => 'job'
}

function optionsFor(folder: string, changed: Partial<UploadsOptions> = {}): UploadsOptions {
  return {
    folder,
    limits: { maxBytes: 1e9, atOnce: 5, keepMs: 24 * hour },
    steps: fine,
    mayTake: () => true,
    kept: async () => [],
    release: async () => undefined,
    requireRoomToShare: async () => undefined,
    audit: { add: async () => undefined, page: () => Promise.reject(new Error('nobody asks')) },
    log: createLog('silent'),
    ...changed
  }
}

async function begin(uploads: Uploads, bytes = video.length): Promise<void> {
  await uploads.begin(admin, { id, name: 'x.mp4', totalBytes: bytes, analyse: true })
  await (await uploads.bytes()).create(new Upload({ id, offset: 0, size: bytes }))
}

async function send(uploads: Uploads): Promise<void> {
  await begin(uploads)
  await (await uploads.bytes()).write(
    (async function* () {
      yield video
    })(),
    id,
    0
  )
  await uploads.complete(id)
}

async function settled(uploads: Uploads) {
  for (;;) {
    const item = await uploads.item(admin, id)
    if (item.state === 'ready' || item.state === 'refused') return item
    await new Promise(setImmediate)
  }
}

test('F1 a store that is away for a moment is waited for', async t => {
  t.mock.method(Math, 'random', () => 0)
  await using folder = await temporaryFolder()
  let failures = 3
  const keep: UploadSteps['keep'] = async () => {
    if (failures-- > 0) throw new SightlineError('SL_STORE_UNAVAILABLE', 'Away.', { retryable: true })
    return 'd'.repeat(64)
  }
  await using uploads = await Uploads.open(optionsFor(folder.path, { steps: { ...fine, keep } }))
  await send(uploads)
  equal((await settled(uploads)).state, 'ready')
})

test('F2 a file that ends the process that opens it is refused, and not tried for ever', async t => {
  t.mock.method(Math, 'random', () => 0)
  await using folder = await temporaryFolder()
  let tries = 0
  const check = async () => {
    tries++
    throw new SightlineError('SL_JOB_CRASHED', 'It was ended by SIGSEGV.', { retryable: true })
  }
  await using uploads = await Uploads.open(optionsFor(folder.path, { steps: { ...fine, check } }))
  await send(uploads)
  const { state, error } = await settled(uploads)
  deepStrictEqual([state, error?.code, tries], ['refused', 'SL_JOB_CRASHED', 2])
})

test('F3 what goes wrong unforeseen says nothing of what is inside', async () => {
  await using folder = await temporaryFolder()
  const check = () => Promise.reject(new Error('/etc/secret'))
  await using uploads = await Uploads.open(optionsFor(folder.path, { steps: { ...fine, check } }))
  await send(uploads)
  deepStrictEqual((await settled(uploads)).error, { code: 'SL_INTERNAL', message: 'Something unforeseen happened.' })
})

test('F4 what is removed while it is looked at stops, and nothing of it comes back', async () => {
  await using folder = await temporaryFolder()
  const began = Promise.withResolvers<void>()
  const check: UploadSteps['check'] = (_path, _id, signal) => {
    began.resolve()
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  }
  await using uploads = await Uploads.open(optionsFor(folder.path, { steps: { ...fine, check } }))
  await send(uploads)
  await began.promise
  await uploads.remove(admin, id)
  deepStrictEqual(await readdir(folder.path), [])
})

const full = () => Promise.reject(new SightlineError('SL_LIMIT_REACHED', 'Many wait.', { retryable: true }))

test('F4b while the queue is full only the order is tried again: what is kept is opened no more', async t => {
  t.mock.method(Math, 'random', () => 0)
  await using folder = await temporaryFolder()
  const done: string[] = []
  const steps: UploadSteps = {
    check: async () => void done.push('check'),
    async keep() {
      done.push('keep')
      return 'd'.repeat(64)
    },
    order: async () => (done.push('order') < 5 ? full() : 'job')
  }
  await using uploads = await Uploads.open(optionsFor(folder.path, { steps }))
  await send(uploads)
  deepStrictEqual([(await settled(uploads)).job, done], ['job', ['check', 'keep', 'order', 'order', 'order']])
})

test('F4c what waits for the queue keeps no other file from being dealt with', { timeout: 10_000 }, async () => {
  await using folder = await temporaryFolder()
  const waits = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const order = (upload: { readonly id: string }) => {
    waits['bc'.indexOf(upload.id[0]!)]!.resolve()
    return full()
  }
  await using uploads = await Uploads.open(optionsFor(folder.path, { steps: { ...fine, order } }))
  const arrives = async (letter: string, analyse: boolean) => {
    const each = letter.repeat(32)
    await uploads.begin(admin, { id: each, name: 'x.mp4', totalBytes: video.length, analyse })
    await writeFile(join(folder.path, each), video)
    await uploads.complete(each)
  }
  await Promise.all([arrives('b', true), arrives('c', true)])
  await Promise.all(waits.map(({ promise }) => promise))
  await arrives('a', false)
  equal((await settled(uploads)).state, 'ready')
})

test('F4d who may be granted no more streams is told so before they send a file that is to be analysed', async () => {
  await using folder = await temporaryFolder()
  await using uploads = await Uploads.open(optionsFor(folder.path, { requireRoomToShare: full }))
  const olga: Principal = { ...admin, role: 'operator', operating: new Set() }
  const announced = { id, name: 'x.mp4', totalBytes: video.length, analyse: true }
  await rejects(uploads.begin(olga, announced), { code: 'SL_LIMIT_REACHED' })
  deepStrictEqual(await readdir(folder.path), [])
  await uploads.begin(olga, { ...announced, analyse: false })
})

test('F5 what is not complete within a day is thrown away; what waits for it until then stays', async () => {
  await using folder = await temporaryFolder()
  let nowMs = Date.now()
  const options = optionsFor(folder.path, { now: () => nowMs })
  await using uploads = await Uploads.open(options)
  await begin(uploads)
  nowMs += 23 * hour
  await uploads.sweep()
  equal((await uploads.item(admin, id)).state, 'receiving')
  nowMs += 2 * hour
  await uploads.sweep()
  deepStrictEqual(await readdir(folder.path), [])
})

test('F6 what has become a job is forgotten after a day, and gives up what it kept; what has not stays its sender’s', async () => {
  for (const analyse of [true, false]) {
    await using folder = await temporaryFolder()
    let nowMs = Date.now()
    const released: string[] = []
    const release = async (owner: string) => void released.push(owner)
    const kept = async () => (analyse ? [] : [{ digest: 'd' } as never])
    await using uploads = await Uploads.open(optionsFor(folder.path, { now: () => nowMs, release, kept }))
    await uploads.begin(admin, { id, name: 'x.mp4', totalBytes: video.length, analyse })
    await writeFile(join(folder.path, id), video)
    await uploads.complete(id)
    await settled(uploads)
    while ((await readdir(folder.path)).length > 1) await new Promise(setImmediate)
    nowMs += 25 * hour
    await uploads.sweep()
    deepStrictEqual(released, analyse ? [ownerOf('ada', id)] : [])
    deepStrictEqual(await readdir(folder.path), analyse ? [] : [`${id}.json`])
  }
})

test('F7 what a killed process left without a record is removed once it is old', async () => {
  await using folder = await temporaryFolder()
  for (const [name, ageMs] of [
    ['b'.repeat(32), 25 * hour],
    ['c'.repeat(32), hour],
    [`${id}.json-draft`, 25 * hour]
  ] as const) {
    await writeFile(join(folder.path, name), 'x')
    const at = new Date(Date.now() - ageMs)
    await utimes(join(folder.path, name), at, at)
  }
  await mkdir(join(folder.path, 'work'))
  await using _uploads = await Uploads.open(optionsFor(folder.path))
  deepStrictEqual((await readdir(folder.path)).sort(), ['c'.repeat(32), 'work'])
})

test('F8 a record that is damaged is no upload, and keeps nothing from starting', async () => {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, `${id}.json`), '{"id":')
  await using uploads = await Uploads.open(optionsFor(folder.path))
  deepStrictEqual(await uploads.list(admin), [])
})

test('F9 nobody else of this machine may look into what is sent', { skip: process.platform === 'win32' }, async () => {
  await using folder = await temporaryFolder()
  const place = join(folder.path, 'uploads')
  await using _uploads = await Uploads.open(optionsFor(place))
  equal((await stat(place)).mode & 0o777, 0o700)
})
