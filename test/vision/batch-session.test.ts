import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { BatchSession } from '../../src/vision/batch-session.ts'
import type { OutputTensor } from '../../src/vision/families/family.ts'
import type { Provider } from '../../src/vision/providers.ts'

const frameBytes = 16

/** Gives each frame its first byte after the first; notes the sizes of its runs; has memory for so many frames. */
class ScriptedSession {
  readonly provider: Provider
  readonly sizes: number[] = []
  roomFor: number
  readonly #batchOf: (count: number) => number

  constructor(provider: Provider, roomFor = 64, batchOf = (count: number) => count) {
    this.provider = provider
    this.roomFor = roomFor
    this.#batchOf = batchOf
  }

  async run(pixels: Uint8Array, count = 1): Promise<OutputTensor[]> {
    this.sizes.push(count)
    strictEqual(pixels.length, count * frameBytes)
    if (count > this.roomFor) throw new Error('no memory left\n  at all')
    const data = Float32Array.from({ length: count }, (_, at) => pixels[at * frameBytes + 1]!)
    return [{ name: 'out', data, dims: [this.#batchOf(count), 1] }]
  }
}

const frames = (count: number) => Array.from({ length: count }, (_, at) => new Uint8Array(frameBytes).fill(at + 1))

function run(batches: BatchSession, count: number) {
  return batches.run(frames(count), ([output]) => output!.data[0])
}

test('S1 on a graphics card batches have few sizes, each seen before the first frame waits for it', async () => {
  const session = new ScriptedSession('cuda')
  const batches = new BatchSession(session, frameBytes)
  deepStrictEqual(await batches.prove(8), { most: 8, reason: undefined })
  const seen = new Set(session.sizes.splice(0))
  deepStrictEqual(
    (await run(batches, 3)).frames,
    [1, 2, 3].map(result => ({ result }))
  )
  for (const count of [1, 2, 5, 8]) await run(batches, count)
  deepStrictEqual(session.sizes, [4, 1, 2, 8, 8])
  deepStrictEqual(new Set(session.sizes), seen)
})

test('S2 a processor takes batches as they come', async () => {
  const session = new ScriptedSession('cpu')
  const batches = new BatchSession(session, frameBytes)
  await batches.prove(8)
  session.sizes.length = 0
  for (const count of [3, 5, 7]) await run(batches, count)
  deepStrictEqual(session.sizes, [3, 5, 7])
})

test('S3 where there is not the memory for all that were asked for, half of it is tried', async () => {
  const batches = new BatchSession(new ScriptedSession('webgpu', 5), frameBytes)
  const { most, reason } = await batches.prove(8)
  strictEqual(most, 4)
  match(reason!, /^8 frames: no memory left/)
})

test('S4 outputs that do not follow the batch keep it at one', async () => {
  const batches = new BatchSession(new ScriptedSession('cpu', 64, () => 1), frameBytes)
  deepStrictEqual(await batches.prove(4), { most: 1, reason: 'its output out is [1, 1] for 4 frames' })
})

test('S5 a result that cannot be read is that of one frame', async () => {
  const batches = new BatchSession(new ScriptedSession('cpu'), frameBytes)
  await batches.prove(4)
  const { frames: outcomes, tooMany } = await batches.run(frames(3), (_, index) => {
    if (index === 1) throw new Error('unreadable')
    return index
  })
  deepStrictEqual(
    [outcomes[0], 'error' in outcomes[1]!, outcomes[2], tooMany],
    [{ result: 0 }, true, { result: 2 }, undefined]
  )
})

test('S6 memory that has run out since is told, and the frames get their results one by one', async () => {
  const session = new ScriptedSession('cuda')
  const batches = new BatchSession(session, frameBytes)
  await batches.prove(8)
  session.roomFor = 1
  const { frames: outcomes, tooMany } = await run(batches, 3)
  deepStrictEqual(
    outcomes,
    [1, 2, 3].map(result => ({ result }))
  )
  match(tooMany!, /no memory left/)
})
