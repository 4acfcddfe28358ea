import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../../src/core/log.ts'
import { Turns } from '../../src/pipeline/turns.ts'
import type { StreamDetectors } from '../../src/roles/streams/stream-detectors.ts'
import type { StreamEpoch } from '../../src/roles/streams/stream-epoch.ts'
import { StreamLook } from '../../src/roles/streams/stream-look.ts'
import type { Detector } from '../../src/vision/detector.ts'
import { inTime } from '../support/in-time.ts'

// What is wanted of a stream changes while a detector is being opened for it.

/** Detectors that are opened when the test says so. */
function scene() {
  const gates = new Map<string, PromiseWithResolvers<void>>()
  const gate = (model: string) => {
    const known = gates.get(model) ?? Promise.withResolvers<void>()
    gates.set(model, known)
    return known
  }
  const closed: string[] = []
  const asked: unknown[] = []
  const take: StreamDetectors['take'] = async ({ model = '' }, _, options) => {
    asked.push([model, options])
    await gate(model).promise
    return {
      detector: { name: model } as Detector,
      turns: new Turns(1),
      [Symbol.asyncDispose]: async () => void closed.push(model)
    }
  }
  const looked: string[] = []
  const epoch = {
    ...{ width: 32, height: 32, detection: { detector: 'first' } },
    fitsDetector: () => true,
    look: async ({ detector }: { readonly detector: Detector }) => void looked.push(detector.name)
  } as unknown as StreamEpoch
  const look = new StreamLook('door', { take }, createLog('silent'))
  const change = (model: string) =>
    inTime(
      `what comes of ${model} is told`,
      look.change({ source: 'demo:', model }, () => epoch)
    )
  return { look, change, closed, asked, looked, open: (model: string) => gate(model).resolve() }
}

test('LR1 a detector that is no more wanted when it has been opened looks at nothing, and is closed', async () => {
  const { change, closed, looked, open } = scene()
  const one = change('one')
  await new Promise(setImmediate)
  const other = change('other')
  open('one')
  open('other')
  deepStrictEqual([await one, await other], ['stays', 'looks'])
  deepStrictEqual([closed, looked], [['one'], ['other']])
})

test('LR2 one that has been opened when the stream is over is closed', async () => {
  const { look, change, closed, looked, open } = scene()
  const late = change('late')
  await new Promise(setImmediate)
  await look[Symbol.asyncDispose]()
  open('late')
  strictEqual(await late, 'stays')
  deepStrictEqual([closed, looked], [['late'], []])
})

test('LR3 motion stands in for no model that is to take the place of one that looks', async () => {
  const { change, asked, open } = scene()
  open('new')
  await change('new')
  deepStrictEqual(asked, [['new', { mayStandIn: false }]])
})
