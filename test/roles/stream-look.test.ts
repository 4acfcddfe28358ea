import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import type { StateMessage } from '../../src/contract/live.ts'
import { createLog } from '../../src/core/log.ts'
import { Turns } from '../../src/pipeline/turns.ts'
import { type SharedDetector, StreamDetectors } from '../../src/roles/streams/stream-detectors.ts'
import type { StreamEpoch } from '../../src/roles/streams/stream-epoch.ts'
import { StreamLook } from '../../src/roles/streams/stream-look.ts'
import type { Detector } from '../../src/vision/detector.ts'
import type { ModelStore } from '../../src/vision/model-store.ts'
import { LiveHouse } from '../support/live-house.ts'
import { realClip, realModel } from '../support/material.ts'
import { saved, tinyYolox } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const clip = realClip('mot/MOT15/TUD-Stadtmitte/TUD-Stadtmitte.mp4')
const skip = clip.skip || realModel('yolox_nano.onnx').skip
const timeout = 180_000

let house: LiveHouse
/** What was told of the stream, and the tracks that it had, since the test began. */
let told: StateMessage[] = []
const rows: { readonly epoch: number; readonly tracks: readonly (readonly number[])[] }[] = []
const ids = (of: typeof rows) => new Set(of.flatMap(({ tracks }) => tracks.map(([id]) => id)))
const hall = (more: Partial<StreamSettings>): StreamSettings => ({ source: clip.path, gate: false, ...more })
const looks = (name: string) => (state: StateMessage) =>
  state.state === 'up' && state.detector?.startsWith(name) === true

before(async () => {
  if (skip) return
  house = await LiveHouse.open()
  const state = house.live.hub.state.bind(house.live.hub)
  house.live.hub.state = message => {
    told.push(message)
    state(message)
  }
  house.live.hub.tracks = (_, text) => void rows.push(JSON.parse(String(text)))
})
after(() => house?.[Symbol.asyncDispose]())

async function seen(atLeast: number): Promise<void> {
  const from = rows.length
  await house.eventually(`${atLeast} more frames with tracks`, () => (rows.length >= from + atLeast ? true : undefined))
}

test('SK1 another model of the same classes takes over within the epoch: tracks go on, and no frame goes without', {
  skip,
  timeout
}, async () => {
  await house.set({ hall: hall({ model: 'yolox-nano' }) })
  const first = await house.until('hall', looks('yolox-nano'))
  house.live.streams.watchTracks('hall', true)
  await seen(10)
  const [toldBefore, before] = [told.length, rows.length]
  await house.set({ hall: hall({ model: 'picodet-s-416', classes: ['person'] }) })
  const { epoch } = await house.until('hall', looks('picodet-s-416'))
  ok(rows.length > before, 'the old one looked while the new one was opened')
  const after = rows.length
  await seen(5)
  equal(epoch, first.epoch)
  deepStrictEqual([...new Set(told.slice(toldBefore).map(({ state }) => state))], ['up'])
  ok(ids(rows.slice(before - 5, before)).intersection(ids(rows.slice(after))).size > 0, 'a track went on')
})

test('SK2 a model that cannot be had leaves the old one looking, and the state says why', {
  skip,
  timeout
}, async () => {
  const { epoch } = house.live.streams.state('hall')!
  await house.set({ hall: hall({ model: 'picodet-x' }) })
  const { notice, detector, ...state } = await house.until('hall', ({ notice }) => notice !== undefined)
  match(notice!, /no picodet-x\. .*picodet-s-416 on cpu goes on looking/)
  deepStrictEqual([state.state, state.epoch, detector], ['up', epoch, 'picodet-s-416 on cpu'])
  await seen(5)
})

test('SK3 a model of other classes begins an epoch, without a picture lost', { skip, timeout }, async () => {
  told = []
  const { epoch } = house.live.streams.state('hall')!
  await house.set({ hall: hall({ model: 'yunet' }) })
  const state = await house.until('hall', looks('yunet'))
  ok(state.epoch! > epoch! && state.notice === undefined)
  deepStrictEqual([...new Set(told.map(each => each.state))], ['up'])
  const [, changed] = await house.eventually('both beginnings', async () => {
    const ups = await house.events('hall', ['stream-up'])
    return ups.length > 1 ? ups : undefined
  })
  match(changed!.detail, /"reason":"changed"/)
})

test('SK4 after a model was refused, the next epoch has the one that worked', async () => {
  await using folder = await temporaryFolder()
  const model = await saved(join(folder.path, 'good.onnx'), tinyYolox([]))
  const models = { resolve: async (path: string) => ({ path }) } as unknown as ModelStore
  const log = createLog('silent')
  const detectors = new StreamDetectors({ openModels: async () => models, concurrency: 1, batch: 1, log })
  await using look = new StreamLook('door', detectors, log)
  const settings: StreamSettings = { source: 'demo:', model, provider: 'cpu' }
  const frame = { width: 32, height: 32 }
  await using first = await look.take(settings, frame)
  await using second = await look.take({ ...settings, model: join(folder.path, 'none.onnx') }, frame)
  equal(second.detector.name, first.detector.name)
  match(look.notice!, /none\.onnx/)
  await using third = await look.take({ ...settings, minScore: 0.5 }, frame)
  deepStrictEqual([third.detector.name, look.notice], [first.detector.name, undefined])
})

test('SK5 what was opened for an epoch to come is closed where something else takes over before it', async () => {
  const closed: string[] = []
  const detectors: Pick<StreamDetectors, 'take'> = {
    take: async ({ model = '' }) => ({
      detector: { name: model } as Detector,
      turns: new Turns(1),
      [Symbol.asyncDispose]: async () => void closed.push(model)
    })
  }
  const epoch = {
    ...{ width: 32, height: 32, detection: { detector: 'first' } },
    fitsDetector: ({ detector }: SharedDetector) => detector.name === 'alike',
    look: async () => undefined
  } as unknown as StreamEpoch
  const look = new StreamLook('door', detectors, createLog('silent'))
  const change = (model: string) => look.change({ source: 'demo:', model }, () => epoch)
  deepStrictEqual([await change('other'), await change('alike')], ['anew', 'looks'])
  const next = await look.take({ source: 'demo:', model: 'alike' }, { width: 32, height: 32 })
  deepStrictEqual([next.detector.name, closed], ['alike', ['other']])
})

test('SK6 what was opened for the next epoch is closed where that has come to want something else', async () => {
  const open: string[] = []
  const take: StreamDetectors['take'] = async ({ model }) => {
    open.push(model!)
    const detector = { name: model } as Detector
    return {
      detector,
      turns: new Turns(1),
      [Symbol.asyncDispose]: async () => void open.splice(open.indexOf(model!), 1)
    }
  }
  await using look = new StreamLook('door', { take }, createLog('silent'))
  const frame = { width: 32, height: 32 }
  const epoch = { ...frame, fitsDetector: () => false } as unknown as StreamEpoch
  equal(await look.change({ source: 'demo:', model: 'one' }, () => epoch), 'anew')
  const last = look.change({ source: 'demo:', model: 'two' }, () => undefined)
  const begun = await look.take({ source: 'demo:', model: 'two' }, frame)
  deepStrictEqual([await last, begun.detector.name, open], ['stays', 'two', ['two']])
})
