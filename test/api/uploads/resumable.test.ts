import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { before, test } from 'node:test'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { noisyClip } from './noisy-clip.ts'
import { idOf, TusClient } from './tus-client.ts'
import { codeOf, UploadHouse } from './upload-house.ts'

let clip: Buffer

before(async () => {
  clip = await noisyClip()
})

const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
/** What lies in the folder of uploads, but for the folder where they are opened. */
const leftIn = async (house: UploadHouse) => (await readdir(house.folder)).filter(name => name !== 'work').sort()

test('T1 a video that comes in pieces becomes an asset and a job, and its stream its sender’s', async () => {
  await using folder = await temporaryFolder()
  await using house = await UploadHouse.open({ folder: folder.path })
  const client = new TusClient(house)
  const path = await client.begin(clip.length, 'Match of Saturday.mp4')
  for (let at = 0; at < clip.length; at += 50_000) {
    const answer = await client.send(path, at, clip.subarray(at, at + 50_000))
    equal(answer.status, 204)
    equal(answer.headers.get('upload-offset'), String(Math.min(at + 50_000, clip.length)))
  }
  const item = await house.settled(idOf(path))
  equal(item.state, 'ready', JSON.stringify(item))
  equal(item.digest, digestOf(clip))
  const job = await house.jobs.get(item.job!)
  equal(job.input, `asset:${item.digest}`)
  ok(job.stream.startsWith('match-of-saturday-'))
  deepStrictEqual(house.shared, [`olga ${job.stream}`])
  await house.bytesGone(item.id)
  deepStrictEqual(await leftIn(house), [`${item.id}.json`])
})

test('T2 a connection that is cut leaves what has arrived, and the rest can follow', async () => {
  await using folder = await temporaryFolder()
  await using house = await UploadHouse.open({ folder: folder.path })
  const client = new TusClient(house)
  const path = await client.begin(clip.length, 'cut.mp4')
  const cut = new AbortController()
  const half = new ReadableStream({
    start: controller => controller.enqueue(clip.subarray(0, 6000))
  })
  const sending = client.send(path, 0, half, cut.signal).catch(() => 'cut')
  while ((await house.item(idOf(path))).bytes < 6000) await new Promise(resolve => setTimeout(resolve, 5))
  cut.abort()
  equal(await sending, 'cut')
  const offset = await client.offset(path)
  equal(offset, 6000)
  equal((await client.send(path, offset, clip.subarray(offset))).status, 204)
  equal((await house.settled(idOf(path))).digest, digestOf(clip))
})

test('T3 an upload goes on after a restart', async () => {
  await using folder = await temporaryFolder()
  let path: string
  {
    await using house = await UploadHouse.open({ folder: folder.path })
    const client = new TusClient(house)
    path = await client.begin(clip.length, 'restart.mp4')
    await client.send(path, 0, clip.subarray(0, 5000))
  }
  await using house = await UploadHouse.open({ folder: folder.path })
  const client = new TusClient(house)
  equal(await client.offset(path), 5000)
  equal((await client.send(path, 5000, clip.subarray(5000))).status, 204)
  equal((await house.settled(idOf(path))).digest, digestOf(clip))
})

test('T4 what had arrived and was not dealt with before a restart is dealt with afterwards', async () => {
  await using folder = await temporaryFolder()
  let path: string
  {
    await using house = await UploadHouse.open({ folder: folder.path })
    const client = new TusClient(house)
    path = await client.begin(clip.length, 'late.mp4')
    await client.send(path, 0, clip)
  }
  await using house = await UploadHouse.open({ folder: folder.path })
  const item = await house.settled(idOf(path))
  equal(item.state, 'ready')
  equal((await house.jobs.page()).items.length, 1)
})

test('T5 whoever did not hear that all of it has arrived learns it by asking', async () => {
  await using folder = await temporaryFolder()
  await using house = await UploadHouse.open({ folder: folder.path })
  const client = new TusClient(house)
  const path = await client.begin(clip.length, 'heard.mp4')
  await client.send(path, 0, clip)
  await house.settled(idOf(path))
  equal(await client.offset(path), clip.length)
  const again = await client.send(path, 0, clip)
  equal(again.status, 409)
  equal(await codeOf(again), 'SL_UPLOAD_CONFLICT')
})

test('T6 two that send the same upload at once cannot mix their bytes', async () => {
  await using folder = await temporaryFolder()
  // However slowly the machine writes: none is made to go.
  await using house = await UploadHouse.open({ folder: folder.path, letGoMs: 60_000 })
  const client = new TusClient(house)
  const path = await client.begin(clip.length, 'twice.mp4')
  const answers = await Promise.all([0, 1, 2, 3].map(() => client.send(path, 0, clip)))
  const statuses = answers.map(({ status }) => status).sort()
  deepStrictEqual(statuses, [204, 409, 409, 409])
  equal((await house.settled(idOf(path))).digest, digestOf(clip))
})

test('T7 a connection that is dead and does not know it does not keep its sender from going on', async () => {
  await using folder = await temporaryFolder()
  await using house = await UploadHouse.open({ folder: folder.path })
  const client = new TusClient(house)
  const path = await client.begin(clip.length, 'dead.mp4')
  const hanging = new ReadableStream({ start: controller => controller.enqueue(clip.subarray(0, 6000)) })
  const cut = new AbortController()
  const dead = client.send(path, 0, hanging, cut.signal).catch(() => undefined)
  while ((await house.item(idOf(path))).bytes < 6000) await new Promise(resolve => setTimeout(resolve, 5))
  equal(await client.offset(path), 6000)
  equal((await client.send(path, 6000, clip.subarray(6000))).status, 204)
  equal((await house.settled(idOf(path))).digest, digestOf(clip))
  cut.abort()
  await dead
})

test('T8 the same video twice is kept once, and each sender has their own', async () => {
  await using folder = await temporaryFolder()
  await using house = await UploadHouse.open({ folder: folder.path })
  const items = []
  for (const name of ['one.mp4', 'other.mp4']) {
    const { id } = (await (await house.form(clip, name)).json()) as { id: string }
    items.push(await house.settled(id))
  }
  equal(items[0]?.digest, items[1]?.digest)
  const blobs = []
  for await (const { digest } of house.assets.blobs.list()) blobs.push(digest)
  deepStrictEqual(blobs, [digestOf(clip)])
})

test('T9 an upload that is removed leaves nothing, complete or not; its job keeps its file', async () => {
  await using folder = await temporaryFolder()
  await using house = await UploadHouse.open({ folder: folder.path })
  const client = new TusClient(house)
  const begun = await client.begin(clip.length, 'begun.mp4')
  await client.send(begun, 0, clip.subarray(0, 5000))
  equal((await client.remove(begun)).status, 204)
  deepStrictEqual(await leftIn(house), [])
  const path = await client.begin(clip.length, 'done.mp4')
  await client.send(path, 0, clip)
  const { digest } = await house.settled(idOf(path))
  equal((await client.remove(path)).status, 204)
  equal((await house.ask(path)).status, 404)
  deepStrictEqual(await house.keptOf('olga', idOf(path)), [])
  ok(await house.files.facts(digest!))
})

test('T10 what is not analysed waits for whoever adds a job of it', async () => {
  await using folder = await temporaryFolder()
  await using house = await UploadHouse.open({ folder: folder.path })
  const client = new TusClient(house)
  const path = await client.begin(clip.length, 'later.mp4', { analyse: 'no' })
  await client.send(path, 0, clip)
  const { id, job } = await house.settled(idOf(path))
  equal(job, null)
  const found = await house.uploads.find({ userId: 'olga' } as never, id)
  equal(found?.digest, digestOf(clip))
  equal(await house.uploads.find({ userId: 'otto' } as never, id), undefined)
})

test('T11 what the sender says of the analysis is how the job is done, also after a restart', async () => {
  await using folder = await temporaryFolder()
  const settings = { model: 'yolox-s', tiles: '2x2', classes: ['person'] }
  let path: string
  {
    await using house = await UploadHouse.open({ folder: folder.path })
    path = await new TusClient(house).begin(clip.length, 'x.mp4', { settings: JSON.stringify(settings) })
  }
  await using house = await UploadHouse.open({ folder: folder.path })
  await new TusClient(house).send(path, 0, clip)
  const { job } = await house.settled(idOf(path))
  deepStrictEqual(((await house.jobs.get(job!)).options as { readonly settings: unknown }).settings, settings)
})

for (const type of ['text/plain', 'application/json'])
  test(`T12 a form says it in a field before its file, of type ${type}`, async () => {
    await using folder = await temporaryFolder()
    await using house = await UploadHouse.open({ folder: folder.path })
    const head = (facts: string, kind: string) =>
      `--b\r\nContent-Disposition: form-data; ${facts}\r\nContent-Type: ${kind}\r\n\r\n`
    const told = `${head('name="settings"', type)}{"model":"motion"}\r\n`
    const body = Buffer.concat([
      Buffer.from(told + head('name="file"; filename="x.mp4"', 'video/mp4')),
      clip,
      Buffer.from('\r\n--b--\r\n')
    ])
    const headers = { 'content-type': 'multipart/form-data; boundary=b' }
    const answer = await house.ask('/api/v1/uploads', { method: 'POST', headers, body })
    const { id } = (await answer.json()) as { readonly id: string }
    const { job } = await house.settled(id)
    deepStrictEqual(((await house.jobs.get(job!)).options as { readonly settings: unknown }).settings, {
      model: 'motion'
    })
  })

test('T13 a form that is sent again under its key is one upload, and another is refused under it', async () => {
  await using folder = await temporaryFolder()
  await using house = await UploadHouse.open({ folder: folder.path })
  const send = (bytes: Buffer, name = 'aisle.mp4') => house.form(bytes, name, 'olga', { 'idempotency-key': 'k1' })
  const [first, again] = [await send(clip), await send(clip)]
  deepStrictEqual([first.status, again.status], [201, 201])
  equal(again.headers.get('location'), first.headers.get('location'))
  const asLong = Buffer.from(clip)
  asLong[asLong.length - 1]! ^= 1
  for (const other of [Buffer.concat([clip, clip]), asLong]) equal(await codeOf(await send(other)), 'SL_KEY_REUSED')
  equal(await codeOf(await send(clip, 'isles.mp4')), 'SL_KEY_REUSED')
  const { items } = (await (await house.ask('/api/v1/uploads')).json()) as { readonly items: readonly unknown[] }
  equal(items.length, 1)
})

test('T14 a form is the same under its key however it is cut, and whether or not its length is said', async () => {
  await using folder = await temporaryFolder()
  await using house = await UploadHouse.open({ folder: folder.path })
  const send = (boundary: string, analyse = 'no') => {
    const [begin, type] = [`--${boundary}\r\ncontent-disposition: form-data; name=`, 'content-type: video/mp4\r\n\r\n']
    const before = `${begin}"analyse"\r\n\r\n${analyse}\r\n${begin}"file"; filename="x.mp4"\r\n${type}`
    const body = new Blob([before, new Uint8Array(clip), `\r\n--${boundary}--\r\n`]).stream()
    const headers = { 'content-type': `multipart/form-data; boundary=${boundary}`, 'idempotency-key': 'k1' }
    return house.ask('/api/v1/uploads', { method: 'POST', headers, body, duplex: 'half' })
  }
  const [first, again] = [await send('one'), await send('another')]
  deepStrictEqual([first.status, again.status], [201, 201])
  equal(again.headers.get('location'), first.headers.get('location'))
  equal(await codeOf(await send('one', 'yes')), 'SL_KEY_REUSED')
})
