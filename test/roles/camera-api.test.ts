import { deepStrictEqual, doesNotMatch, equal, ok } from 'node:assert/strict'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { CameraDesk } from '../../src/api/camera/camera-desk.ts'
import { Audit } from '../../src/store/audit.ts'
import { Settings } from '../../src/store/settings.ts'
import { Cameras, squareClip } from '../faults/support/cameras.ts'
import { ServedHouse } from '../support/served-house.ts'

const timeout = 180_000
const loopback = { allow: ['127.0.0.0/8'] }
const id = '3f2504e0-4f89-41d3-9a0c-0305e82c3301'
const other = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'
const dead = 'rtsp://me:hunter2@127.0.0.1:9/1'
let served: ServedHouse
before(async () => {
  served = await ServedHouse.open(loopback)
})
after(() => served[Symbol.asyncDispose]())

/** Without a token, as its clients ask. */
const asClient = (house: ServedHouse, what: string, body?: object, headers: Record<string, string> = {}) =>
  house.ask(what, { as: '', headers, ...(body && { body }) })
const start = (camera_id: string, rtsp_link = dead) => asClient(served, 'POST /camera/start', { rtsp_link, camera_id })
const status = async () => (await asClient(served, 'GET /camera/status')).body.active_cameras as object[]

test('CA1 a camera is started, seen with its rate, and stopped, in exactly these shapes', { timeout }, async () => {
  await using cameras = await Cameras.start({ door: { clips: [await squareClip(served.house.folder)], fps: 10 } })
  const started = await start(id, cameras.url('door'))
  deepStrictEqual([started.status, started.body], [200, { worker_id: 1, status: 'running' }])
  const running = await served.house.eventually('a rate', async () => {
    const [camera] = (await status()) as { status: string; fps: number }[]
    return camera?.status === 'running' && camera.fps > 0 ? camera : undefined
  })
  const { fps, ...rest } = running
  deepStrictEqual(rest, { camera_id: id, worker_id: 1, status: 'running' })
  ok(fps < 20, `${fps} fps`)
  const stopped = await asClient(served, 'POST /camera/stop', { camera_id: id })
  deepStrictEqual([stopped.status, stopped.body], [200, { status: 'stopped' }])
  deepStrictEqual(await status(), [])
})

test('CA2 started twice, at once or later, it has the same worker; another has another', async () => {
  const [one, two] = await Promise.all([start(id), start(id.toUpperCase())])
  deepStrictEqual(
    [one!.body, two!.body],
    [
      { worker_id: 1, status: 'running' },
      { worker_id: 1, status: 'running' }
    ]
  )
  equal((await start(other)).body.worker_id, 2)
  await asClient(served, 'POST /camera/stop', { worker_id: 2 })
  equal((await start(other)).body.worker_id, 2)
  await served.ask(`DELETE /api/v1/streams/camera-${other}`)
  deepStrictEqual((await asClient(served, 'POST /camera/stop', { worker_id: 2 })).status, 404)
  equal((await start(other)).body.worker_id, 2)
})

test('CA3 another process of the server knows the same workers', async () => {
  const { control, streams } = served.house.live
  const settings = new Settings(served.house.storage.database)
  using desk = new CameraDesk({ control, live: streams, settings, cameraIds: () => 'uuid' })
  const { active_cameras } = await desk.status()
  deepStrictEqual(
    active_cameras.map(({ worker_id }) => worker_id),
    [1, 2]
  )
})

test('CA4 what is not known is stopped with 404, and what is no camera is refused with a code', async () => {
  const unknown = '00000000-0000-4000-8000-000000000000'
  for (const body of [{ camera_id: unknown }, { worker_id: 99 }]) {
    const { status: code, body: problem } = await asClient(served, 'POST /camera/stop', body)
    deepStrictEqual([code, problem.code], [404, 'SL_RESOURCE_UNKNOWN'])
  }
  const wrong = [
    { camera_id: 'gate 1', rtsp_link: dead },
    { camera_id: id, rtsp_link: '/etc/passwd' },
    { camera_id: id, rtsp_link: 'http://127.0.0.1/' },
    { camera_id: id, rtsp_link: 'file:///etc/passwd' },
    { camera_id: id, rtsp_link: '' },
    { camera_id: 7, rtsp_link: dead },
    { camera_id: id },
    { camera_id: id, rtsp_link: dead, model: 'x' }
  ]
  for (const body of wrong) {
    const { status: code, body: problem, text } = await asClient(served, 'POST /camera/start', body)
    deepStrictEqual([code, problem.code], [400, 'SL_REQUEST_INVALID'], text)
    doesNotMatch(text, /hunter2/)
  }
  for (const body of [{}, { camera_id: id, worker_id: 1 }, { worker_id: '1' }])
    equal((await asClient(served, 'POST /camera/stop', body)).status, 400)
})

test('CA5 it acts on cameras that it made, and on no other stream', async () => {
  await served.ask('POST /api/v1/streams', { body: { name: `camera-${other.replace('6', '7')}`, source: 'demo:' } })
  const { status: code, body } = await start(other.replace('6', '7'))
  deepStrictEqual([code, body.code], [409, 'SL_NAME_TAKEN'])
  equal((await asClient(served, 'GET /api/v1/streams')).status, 401)
  const { items } = await new Audit(served.house.storage.database).page({ actor: 'camera-api' })
  ok(items.every(({ subject }) => subject.startsWith('stream/camera-')))
  doesNotMatch(JSON.stringify(items), /hunter2/)
})

test('CA6 nobody else gets in: no user, no page that a browser has open, nobody behind a proxy', async () => {
  for (const as of ['admin', 'olga']) equal((await served.ask('GET /%63amera/status', { as })).status, 401, as)
  const refused: readonly Record<string, string>[] = [
    { origin: served.url },
    { 'sec-fetch-site': 'same-origin' },
    { 'x-forwarded-for': '127.0.0.1' }
  ]
  for (const headers of refused) equal(await statusWith(served.url, headers), 401, JSON.stringify(headers))
})

test('CA7 it is closed as long as nobody is named, and to whom is not', { timeout }, async () => {
  for (const settings of [{}, { allow: [] }, { allow: ['192.0.2.0/24'] }]) {
    await using closed = await ServedHouse.open(settings)
    for (const what of ['POST /camera/start', 'POST /camera/stop', 'GET /camera/status']) {
      const body = what.startsWith('POST') ? { camera_id: id, rtsp_link: dead } : undefined
      equal((await asClient(closed, what, body)).status, 401, what)
      equal((await closed.ask(what, { as: 'admin', body })).status, 401, what)
    }
  }
})

test('CA8 ids are whatever clients say, where the settings say so', { timeout }, async () => {
  await using open = await ServedHouse.open({ ...loopback, cameraIds: 'any' })
  const started = await asClient(open, 'POST /camera/start', { camera_id: 'Tor 3 / Süd', rtsp_link: dead })
  deepStrictEqual(started.body, { worker_id: 1, status: 'running' })
  const { body } = await asClient(open, 'GET /camera/status')
  equal((body.active_cameras as { camera_id: string }[])[0]!.camera_id, 'Tor 3 / Süd')
  equal((await asClient(open, 'POST /camera/stop', { camera_id: 'tor 3 / süd' })).status, 404)
})

/** `fetch` sends no such headers. */
function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/camera/status`, { headers }, answer => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end()
  })
}
