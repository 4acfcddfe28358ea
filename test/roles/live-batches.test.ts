import { deepStrictEqual, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { LiveHouse } from '../support/live-house.ts'
import { makeClip } from '../support/make-clip.ts'
import { realModel } from '../support/material.ts'
import { movingSquare } from '../support/moving-square.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const { path: model, skip } = realModel('person_yolox_nano_kazuhito.onnx')
const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
const names = ['gate', 'hall', 'roof', 'yard']

/** Four streams of more frames than two cores have time for share a detector, until each has had twenty looked at. */
async function share(models: { readonly batch?: number }) {
  await using house = await LiveHouse.open({ models })
  const source = join(folder.path, 'square.mp4')
  await makeClip(source, { width: 320, height: 240, frames: 60, fps: 60, gop: 30, paint: movingSquare })
  house.set(
    Object.fromEntries(names.map(name => [name, { source, model, provider: 'cpu' as const, gate: false as const }]))
  )
  const analysed = () => {
    const figures = house.live.streams.figures()
    return names.map(name => figures.get(name)?.figures?.frames.analysed ?? 0)
  }
  const counts = await house.eventually('frames of all streams', () => {
    const each = analysed()
    return each.every(count => count >= 20) ? each : undefined
  })
  return { counts, batches: house.live.streams.workerFigures().batches }
}

test('frames of several streams go through a model together where that is asked for, and the streams get the same share', {
  skip,
  timeout: 180_000
}, async () => {
  const { counts, batches } = await share({ batch: 4 })
  deepStrictEqual(Object.keys(batches), ['cpu'])
  const [alone, ...together] = batches.cpu!
  ok(together.length === 3 && together.some(runs => runs > 0), `runs by size: ${[alone, ...together]}`)
  ok(Math.max(...counts) < 2 * Math.min(...counts), `frames: ${counts}`)
})

test('on a CPU frames of streams go through a model one by one by default', { skip, timeout: 180_000 }, async () => {
  const { batches } = await share({})
  deepStrictEqual(Object.keys(batches), ['cpu'])
  deepStrictEqual([batches.cpu!.length, batches.cpu![0]! >= 80], [1, true])
})
