import { deepStrictEqual, equal, match, notEqual, throws } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { Cameras, squareClip } from '../faults/support/cameras.ts'
import { until } from '../faults/support/until.ts'
import { LiveHouse } from '../support/live-house.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const timeout = 60_000
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
  const [later] = await problems()
  equal(later?.code, 'SL_RESTART_NEEDED')
  match(later.message, /: live\.workers will hold/)
  await writeFile(path, 'streams: {}\ncameraApi: {allow: []}\nretention: {disk: {prune: 0.9, stopClips: 0.5}}\n')
  await until('the file is refused', async () => (await problems())[0]?.code === 'SL_CONFIG_INVALID')
  equal(await camera(), 200)
  await writeFile(path, 'streams: {}\n')
  await until('nobody may ask again', async () => (await camera()) === 401)
  deepStrictEqual(await problems(), [])
})
