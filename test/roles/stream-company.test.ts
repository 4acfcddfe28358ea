import { equal, ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { UnitFeed } from '../../src/roles/streams/unit-feed.ts'
import { comesToRest } from '../support/comes-to-rest.ts'
import { LiveHouse } from '../support/live-house.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { saved, slowYolox } from '../support/onnx-model.ts'
import { serving } from '../support/serving.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// What one stream, or its viewer, takes from the rest.

const timeout = 180_000
const fps = 20
let folder: AsyncDisposable & { readonly path: string }
let clip: string
before(async () => {
  folder = await temporaryFolder()
  clip = join(folder.path, 'square.mp4')
  await makeClip(clip, { width: 320, height: 240, frames: 100, fps, gop: 10, paint: movingSquare })
})

/** Steps between the units that a viewer gets in so many milliseconds, as they come. */
async function steps(house: LiveHouse, stream: string, forMs: number): Promise<number[]> {
  const leaving = new AbortController()
  const timer = setTimeout(() => leaving.abort(), forMs)
  const found: number[] = []
  let beforeMs: number | undefined
  for await (const _ of house.live.streams.units(stream, { playable: true }, leaving.signal)) {
    const nowMs = performance.now()
    // The first come at once: all since the last key frame.
    if (beforeMs !== undefined) found.push(nowMs - beforeMs)
    beforeMs = nowMs
  }
  clearTimeout(timer)
  return found
}

test('SC1 while a slow model runs, pictures go on to viewers of the same stream and of others', {
  timeout
}, async t => {
  const model = await saved(join(folder.path, 'slow.onnx'), slowYolox(24))
  await using house = await LiveHouse.open()
  house.set({ slow: { source: clip, model, gate: false }, other: { source: clip, model: 'motion' } })
  for (const name of ['slow', 'other']) await house.until(name, ({ state }) => state === 'up')
  const look = async () => {
    const found = await Promise.all(['slow', 'other'].map(name => steps(house, name, 4000)))
    const { sum, count } = house.live.streams.figures().get('slow')!.figures!.stageSeconds.detect!
    const longest = found.map(each => Math.round(Math.max(...each)))
    t.diagnostic(`the model takes ${Math.round((1000 * sum) / count)} ms; longest steps ${longest} ms`)
    return { modelMs: (1000 * sum) / count, longest }
  }
  // Who waits for the model does so each time; a machine that is busy stops anybody now and then.
  let { modelMs, longest } = await look()
  for (let more = 0; more < 3 && Math.max(...longest) >= modelMs / 2; more++) ({ modelMs, longest } = await look())
  ok(modelMs > 200, `the model takes ${modelMs} ms`)
  ok(Math.max(...longest) < modelMs / 2, `${longest} ms without a picture`)
})

test('SC2 encoded pictures reach main while somebody watches, and decoded ones never', { timeout }, async t => {
  let bytes = 0
  const { take } = UnitFeed.prototype
  UnitFeed.prototype.take = function (packet, data) {
    bytes += data.length
    take.call(this, packet, data)
  }
  t.after(() => {
    UnitFeed.prototype.take = take
  })
  await using house = await LiveHouse.open()
  house.set({ door: { source: clip, model: 'motion' } })
  await house.until('door', ({ state }) => state === 'up')
  await pause(500)
  equal(bytes, 0)
  const leaving = new AbortController()
  let pictures = 0
  for await (const _ of house.live.streams.units('door', { playable: true }, leaving.signal))
    if (++pictures >= 10) leaving.abort()
  ok(bytes > 0 && bytes < pictures * 320 * 240, `${bytes} bytes of ${pictures} pictures`)
  await comesToRest('pictures that nobody watches', () => bytes)
})

test('SC3 sources that stop in the middle hold their threads, and nobody else stands still', { timeout }, async () => {
  const ts = join(folder.path, 'stalls.ts')
  await makeClip(ts, { width: 320, height: 240, frames: 50, fps, gop: 10 })
  const start = await readFile(ts)
  await using server = await serving((_, response) => void response.write(start))
  await using house = await LiveHouse.open()
  const stalled = Array.from({ length: 12 }, (_, n) => `stalled${n}`)
  house.set({
    ...Object.fromEntries(stalled.map(name => [name, { source: server.url, model: 'motion' as const }])),
    door: { source: clip, model: 'motion' }
  })
  await house.until('door', ({ state }) => state === 'up')
  // As many as may be read; the others are told so.
  await house.eventually('eight that are read and four that are not', () => {
    const states = stalled.map(name => house.live.streams.state(name))
    const refused = states.filter(state => state?.code === 'SL_INPUT_REFUSED')
    return refused.length === 4 && states.filter(state => state?.state === 'up').length === 8 ? true : undefined
  })
  const analysed = () => house.live.streams.figures().get('door')?.figures?.frames.analysed ?? 0
  await house.eventually('its first figures', () => analysed() || undefined)
  // A thread that is held is held all the time; a machine that is busy has better seconds.
  const perSecond: number[] = []
  while (perSecond.length < 5 && !perSecond.some(each => each > fps / 2)) {
    const [before, beforeMs] = [analysed(), performance.now()]
    await pause(3000)
    perSecond.push((analysed() - before) / ((performance.now() - beforeMs) / 1000))
  }
  ok(perSecond.at(-1)! > fps / 2, `${perSecond} pictures a second`)
})
