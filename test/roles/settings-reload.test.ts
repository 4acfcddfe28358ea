import { deepStrictEqual, equal, match, notEqual, throws } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Cameras, squareClip } from '../faults/support/cameras.ts'
import { until } from '../faults/support/until.ts'
import { asFirstAdmin } from '../support/first-admin.ts'
import { LiveHouse } from '../support/live-house.ts'
import { ScriptedKserve } from '../support/scripted-kserve.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const timeout = 180_000
const demo = { source: 'demo:', model: 'motion' }

test('RL1 a smaller rate for all holds at once, and a stream that had a smaller one notices nothing', {
  timeout
}, async () => {
  await using house = await LiveHouse.open()
  await house.set({ fast: demo, slow: { ...demo, maxFps: 2 } })
  const isUp = ({ state }: { state: string }) => state === 'up'
  const [fast, slow] = [await house.until('fast', isUp), await house.until('slow', isUp)]
  house.live.follow({ maxFps: 3 }, {}, undefined)
  const again = await house.until('fast', state => isUp(state) && state.epoch !== fast.epoch)
  notEqual(again.epoch, fast.epoch)
  equal(house.live.streams.state('slow')?.epoch, slow.epoch)
  deepStrictEqual(house.live.control.find('fast')?.settings, demo)
})

test('RL3 who may not be dialled any more is not: streams go on in workers that know', { timeout }, async () => {
  await using folder = await temporaryFolder()
  await using cameras = await Cameras.start({ door: { clips: [await squareClip(folder.path)], fps: 10 } })
  await using house = await LiveHouse.open()
  await house.set({ door: { source: cameras.url('door'), model: 'motion' }, demo })
  const isUp = ({ state }: { state: string }) => state === 'up'
  const [door, before] = [await house.until('door', isUp), await house.until('demo', isUp)]
  throws(() => house.live.follow({}, { deny: ['everybody'] }, undefined), { code: 'SL_CONFIG_INVALID' })
  house.live.follow({}, { deny: ['127.0.0.0/8'] }, undefined)
  const refused = await house.until('door', ({ code }) => code === 'SL_INPUT_REFUSED')
  notEqual(refused.state, 'up')
  await house.until('demo', state => isUp(state) && state.epoch! > before.epoch!)
  house.live.follow({}, {}, undefined)
  await house.until('door', state => isUp(state) && state.epoch! > door.epoch!)
})

test('RL2 what else the file says holds at once, what cannot is said, and a bad file changes nothing', {
  timeout
}, async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'sightline.yaml')
  await writeFile(path, 'streams: {}\n')
  await using serve = new ServingProcess(join(folder.path, 'data'), {}, ['--config', path])
  const [, url = ''] = await serve.says(/(http:\S+)\/readyz/)
  await serve.says(/Ready, on/)
  const camera = async () => (await fetch(`${url}/camera/status`)).status
  const problems = async () => (await serve.readiness()).body.problems
  equal(await camera(), 401)
  await writeFile(path, 'streams: {}\ncameraApi: {allow: [127.0.0.1]}\nlive: {workers: 3}\n')
  await until('a camera may be asked for', async () => (await camera()) === 200)
  // It is told once all is taken over and in the audit.
  await until('what cannot is said', async () => (await problems())[0]?.code === 'SL_RESTART_NEEDED')
  const [later] = await problems()
  match(later!.message, /: live\.workers will hold/)
  await writeFile(path, 'streams: {}\ncameraApi: {allow: []}\nretention: {disk: {prune: 0.9, stopClips: 0.5}}\n')
  await until('the file is refused', async () => (await problems())[0]?.code === 'SL_CONFIG_INVALID')
  equal(await camera(), 200)
  await writeFile(path, 'streams: {}\n')
  await until('nobody may ask again', async () => (await camera()) === 401)
  await until('nothing is wrong any more', async () => (await problems()).length === 0)
})

const before = `streams: {}
server: {production: false}
`
const after = `streams: {}
access: {oidc: {issuer: 'http://127.0.0.1:9', clientId: sightline, title: Sign in with Nine}}
graphql: {introspection: true}
server:
  corsOrigins: ['https://wall.example']
  rateLimits: {reads: 100, usersPerAddress: 1}
  trustedProxies: [127.0.0.1]
telemetry: {metrics: open, logLevel: info}
uploads: {maxBytes: 1000}
`

test('RL4 limits, origins, proxies, figures, the log, sign-in, uploads and introspection hold from the change on', {
  timeout
}, async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'sightline.yaml')
  await writeFile(path, before)
  await using serve = new ServingProcess(join(folder.path, 'data'), {}, ['--config', path])
  const [, url = ''] = await serve.says(/(http:\S+)\/readyz/)
  await serve.says(/Ready, on/)
  const admin = await asFirstAdmin(url, serve.said)
  const ask = (where: string, init: RequestInit = {}) => fetch(`${url}${where}`, init)
  const asAdmin = (where: string, init: RequestInit = {}) =>
    ask(where, { ...init, headers: { ...admin, ...(init.headers as Record<string, string>) } })
  const look = async () => {
    const system = await asAdmin('/api/v1/system', { headers: { origin: 'https://wall.example' } })
    const proxied = { 'x-forwarded-for': '192.0.2.7' }
    const document = { query: '{ __schema { queryType { name } } }' }
    const asked = { method: 'POST', body: JSON.stringify(document), headers: { 'content-type': 'application/json' } }
    const sent = { 'tus-resumable': '1.0.0', 'upload-length': '2000' }
    return {
      policy: system.headers.get('ratelimit-policy'),
      origin: system.headers.get('access-control-allow-origin'),
      figures: (await ask('/metrics', { headers: proxied })).status,
      button: /Sign in with Nine/.test(await (await ask('/sign-in')).text()),
      schema: (await asAdmin('/graphql', asked)).status,
      upload: (await asAdmin('/api/v1/uploads', { method: 'POST', headers: sent })).status,
      isLogged: /a request was answered/.test(serve.said)
    }
  }
  deepStrictEqual(await look(), {
    ...{ policy: '"reads";q=6000;w=60', origin: null, figures: 401, button: false },
    ...{ schema: 400, upload: 201, isLogged: false }
  })
  await writeFile(path, after)
  await until('it is taken over', async () => (await ask('/metrics', { headers: { via: 'a' } })).status === 200)
  deepStrictEqual(await look(), {
    ...{ policy: '"reads";q=100;w=60', origin: 'https://wall.example', figures: 200, button: true },
    ...{ schema: 200, upload: 413, isLogged: true }
  })
  // What cannot be used is told with its line, and the rest of the file is not taken over either.
  await writeFile(path, after.replace('reads: 100', 'reads: 200').replace('[127.0.0.1]', '[10.0.0.300]'))
  const [problem] = await untilProblem(serve, 'SL_CONFIG_INVALID')
  match(problem!.message, /sightline\.yaml:7: server\.trustedProxies: 10\.0\.0\.300/)
  equal((await look()).policy, '"reads";q=100;w=60')
})

test('RL5 another server for a model looks at the streams that chose it, in the epoch that they are in; one that is not there any more goes on', {
  timeout
}, async () => {
  const output = { name: 'output', datatype: 'FP32', shape: [1, 21, 7] }
  const nothing = new Uint8Array(new Float32Array(21 * 7).fill(-10).buffer)
  const script = {
    inputs: [{ name: 'images', datatype: 'FP32', shape: [1, 3, 32, 32] }],
    outputs: [output],
    answer: () => ({ outputs: [{ ...output, bytes: nothing }] })
  }
  await using one = await ScriptedKserve.start('grpc', script)
  await using other = await ScriptedKserve.start('grpc', script)
  // Ample: the machine may be busy, and a server that is late once is left alone for a while.
  const patience = { timeoutMs: 20_000, budgetMs: 20_000 }
  const at = ({ url }: ScriptedKserve) => ({
    box: { type: 'kserve', url, model: 'm', family: 'yolox', ...patience } as const
  })
  await using house = await LiveHouse.open({ models: { remote: at(one) } })
  await house.set({ looked: { source: 'demo:', model: 'box' } })
  const { epoch } = await house.until('looked', ({ state }) => state === 'up')
  house.live.followRemotes(at(other))
  // What it is, whether it answers, and a frame.
  await until('the other looks', () => other.heard.length > 6)
  house.live.followRemotes({})
  const { notice, ...state } = await house.until('looked', state => state.notice !== undefined)
  match(notice!, /box.* Until then box .*goes on looking\.$/)
  deepStrictEqual([state.state, state.epoch], ['up', epoch])
})

/** Asks no more often than whoever may ask a hundred times a minute. */
async function untilProblem(serve: ServingProcess, code: string) {
  let found: readonly { readonly code: string; readonly message: string }[] = []
  await until(`it says ${code}`, async () => {
    await new Promise(resolve => setTimeout(resolve, 700))
    found = (await serve.readiness()).body.problems.filter(problem => problem.code === code)
    return found.length > 0
  })
  return found
}
