import { deepStrictEqual, doesNotMatch, equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Cameras, squareClip } from '../faults/support/cameras.ts'
import { scriptedCamera } from '../support/scripted-camera.ts'
import { ServedHouse } from '../support/served-house.ts'
import { serving } from '../support/serving.ts'

const timeout = 180_000
let served: ServedHouse
before(async () => {
  served = await ServedHouse.open()
})
after(() => served[Symbol.asyncDispose]())

const tryOut = (source: string, more: object = {}, as = 'admin') =>
  served.ask('POST /api/v1/sources/test', { as, body: { source, ...more } })
const withLogin = (url: string) => url.replace('//', '//me:hunter2@')

test('ST1 a camera that works is seen: its size, codec, rate and a picture', { timeout }, async () => {
  await using cameras = await Cameras.start({ door: { clips: [await squareClip(served.house.folder)], fps: 10 } })
  const isSteady = ({ fps }: Readonly<Record<string, unknown>>) => Number(fps) > 5 && Number(fps) < 15
  let { status, body, text } = await tryOut(withLogin(cameras.url('door')))
  // A machine that stands still for most of the time in which pictures are counted finds too few of them.
  for (let tries = 1; tries < 5 && !isSteady(body); tries++)
    ({ status, body, text } = await tryOut(withLogin(cameras.url('door'))))
  equal(status, 200, text)
  const { outcome, codec, width, height, fps, connectMs, pictureMs, picture } = body
  deepStrictEqual([outcome, codec], ['works', 'h264'])
  ok(Number(width) > 0 && Number(height) > 0)
  ok(isSteady(body), `${fps} fps`)
  ok(Number(connectMs) > 0 && Number(pictureMs) >= Number(connectMs))
  const jpeg = Buffer.from(String(picture).replace('data:image/jpeg;base64,', ''), 'base64')
  deepStrictEqual([jpeg.readUInt16BE(0), jpeg.readUInt16BE(jpeg.length - 2)], [0xffd8, 0xffd9])
  doesNotMatch(text, /hunter2/)
})

test('ST2 a source that gives nothing says why, in words and by a code, without the password', {
  timeout
}, async () => {
  const challenge = { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="x"' } }
  await using camera = await scriptedCamera({ DESCRIBE: () => challenge })
  await using page = await serving('<html>no video</html>')
  const cases = [
    { url: withLogin(camera.url), code: /^SL_INPUT_UNAUTHORISED$/ },
    { url: withLogin('rtsp://127.0.0.1:9/1'), code: /^SL_INPUT_NETWORK$/ },
    { url: withLogin(page.url), code: /^SL_INPUT_/ }
  ]
  const answers = await Promise.all(cases.map(({ url }) => tryOut(url)))
  for (const [index, { status, body, text }] of answers.entries()) {
    deepStrictEqual([status, body.outcome], [200, 'fails'], text)
    match(String(body.code), cases[index]!.code)
    ok(String(body.reason).length > 10)
    doesNotMatch(text, /hunter2/)
  }
})

test('ST3 what streams may not name is refused before anything is opened', async () => {
  for (const source of ['/etc/passwd', 'file:///etc/passwd', 'concat:a|b']) {
    const { status, body } = await tryOut(source)
    deepStrictEqual([status, body.code], [400, 'SL_INPUT_REFUSED'], source)
  }
  equal((await tryOut('demo:', {}, 'vera')).status, 403)
})

test('ST4 more than a few at once are put off', { timeout }, async () => {
  await using camera = await scriptedCamera({ DESCRIBE: () => undefined })
  const describes = () => camera.requests.filter(({ method }) => method === 'DESCRIBE').length
  const gone = new AbortController()
  const ask = () =>
    fetch(`${served.url}/api/v1/sources/test`, {
      method: 'POST',
      headers: { authorization: 'Bearer admin', 'content-type': 'application/json' },
      body: JSON.stringify({ source: camera.url }),
      signal: gone.signal
    }).catch(() => undefined)
  const waiting = [ask(), ask(), ask()]
  await served.house.eventually('three that wait', () => (describes() >= 3 ? true : undefined))
  const { status, body } = await tryOut(camera.url)
  deepStrictEqual([status, body.code], [503, 'SL_TRIAL_LIMIT'])
  gone.abort()
  await Promise.all(waiting)
  // Whoever has gone leaves nothing running.
  await served.house.eventually('room for another', async () => {
    const { body: then } = await tryOut('rtsp://127.0.0.1:9/1')
    return then.outcome === 'fails' ? true : undefined
  })
})

test('ST5 whom streams may not dial no trial dials, from the moment on at which that is said', {
  timeout
}, async () => {
  await using camera = await scriptedCamera()
  served.house.live.follow({}, { deny: ['127.0.0.0/8'] }, undefined)
  const { body } = await tryOut(camera.url)
  served.house.live.follow({}, {}, undefined)
  deepStrictEqual([body.outcome, body.code, camera.requests.length], ['fails', 'SL_INPUT_REFUSED', 0])
})
