import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Listener } from '../api/live-server.ts'
import { Cameras, squareClip } from '../faults/support/cameras.ts'
import { askSqlite } from '../faults/support/kept-events.ts'
import { childrenOf } from '../faults/support/process-figures.ts'
import { until } from '../faults/support/until.ts'
import { asFirstAdmin } from '../support/first-admin.ts'
import { scriptedCamera } from '../support/scripted-camera.ts'
import { serving } from '../support/serving.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const patience = { givenUpMs: 20_000 }
const password = 'h0rse b@ttery'
const token = 'staple-c0rrect-17'
/** However they are written. */
const secrets = [password, encodeURIComponent(password), btoa(`admin:${password}`), token]

test('HP1 passwords and tokens of sources are in no log, message, metric, answer, event or process list', {
  timeout: 180_000
}, async () => {
  await using folder = await temporaryFolder()
  await using cameras = await Cameras.start({ door: { clips: [await squareClip(folder.path)], fps: 10 } })
  await using closed = await scriptedCamera({
    DESCRIBE: () => ({ status: 401, headers: { 'WWW-Authenticate': 'Basic realm="r"' } })
  })
  await using elsewhere = await scriptedCamera({
    DESCRIBE: ({ uri }) => ({
      status: 302,
      headers: { Location: `${uri.replace('//', `//admin:${encodeURIComponent(password)}@`)}?token=${token}` }
    })
  })
  await using playlist = await serving(`#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nseg.ts?token=${token}\n`)
  const withLogin = (url: string) => url.replace('//', `//admin:${encodeURIComponent(password)}@`)
  const sources = {
    up: withLogin(cameras.url('door')),
    closed: withLogin(closed.url),
    moved: elsewhere.url,
    away: `${withLogin('http://127.0.0.1:9/video')}?token=${token}`,
    hls: `${withLogin(playlist.url.replace('clip.mp4', 'live.m3u8'))}?token=${token}`,
    wrong: `rtsp://admin:${password}@127.0.0.1:9/live?token=${token}`
  }
  const streams = Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [name, { source, model: 'motion' }])
  )
  const settings = join(folder.path, 'sightline.yaml')
  await writeFile(settings, JSON.stringify({ streams }))
  const data = join(folder.path, 'data')
  await using serve = new ServingProcess(data, { SIGHTLINE_LOG_LEVEL: 'trace' }, ['--config', settings])
  const [, url = ''] = await serve.says(/(http:\S+)\/readyz/)
  await serve.says(/Ready, on/)
  const admin = await asFirstAdmin(url, serve.said)
  const viewer = await Listener.open(url, '/api/v1/live', admin)
  viewer.say({ type: 'subscribe' })
  const answer = async (path: string) => (await fetch(`${url}${path}`, { headers: admin })).text()
  const list = '/api/v1/streams?live=true'
  const states = async () => {
    const { items } = JSON.parse(await answer(list)) as { items: { state: { state: string; code?: string } | null }[] }
    return items.flatMap(({ state }) => state ?? [])
  }
  await until(
    'each is up, or why it is not is said',
    async () => {
      const settled = (await states()).filter(({ state, code }) => state === 'up' || code !== undefined)
      return settled.length === Object.keys(streams).length
    },
    { ...patience, why: () => serve.said }
  )
  const processes = [serve.child.pid!, ...childrenOf(serve.child.pid!)].map(pid =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  )
  ok(processes.length > 1)
  const said = [...processes]
  for (const path of [list, '/api/v1/streams/up', '/api/v1/events', '/metrics', '/readyz', '/'])
    said.push(await answer(path))
  // What is wrong with settings is told by their lines.
  await writeFile(settings, JSON.stringify({ streams: { ...streams, up: { ...streams.up, maxFps: -1 } } }))
  await until('the settings are refused', async () => /SL_/.test(await answer('/readyz')), patience)
  said.push(await answer('/readyz'), JSON.stringify(viewer.heard))
  viewer.socket.close()
  equal(await serve.stop(), 0)
  const ask = await askSqlite(data)
  said.push(serve.said, JSON.stringify(await ask('select * from events')))
  match(said.join('\n'), /SL_INPUT_UNAUTHORISED/)
  deepStrictEqual(
    secrets.flatMap(secret =>
      said.flatMap(text =>
        text.includes(secret) ? [text.slice(Math.max(0, text.indexOf(secret) - 200)).slice(0, 400)] : []
      )
    ),
    []
  )
})
