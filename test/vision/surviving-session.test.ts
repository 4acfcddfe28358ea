import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SightlineError } from '../../src/core/errors.ts'
import { type PreparedModel, prepareModel } from '../../src/vision/load-model.ts'
import { whyNotMeasured } from '../../src/vision/provider-difference.ts'
import { openSession } from '../../src/vision/session.ts'
import { SurvivingSession } from '../../src/vision/surviving-session.ts'
import { fragileYolox, saved, tinyYolox } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
const white = new Uint8Array(32 * 32 * 3).fill(255)
const grey = new Uint8Array(32 * 32 * 3).fill(128)

async function prepared(name: string, bytes: Uint8Array): Promise<PreparedModel> {
  return prepareModel(await saved(join(folder.path, name), bytes))
}

const processor = (model: PreparedModel) =>
  openSession({ ...model, model: model.bytes, width: 32, height: 32, provider: 'cpu' })

/** A scripted card: it computes what the processor does until it is lost. */
async function card(model: PreparedModel) {
  const session = await processor(model)
  const state = { isLost: false, isClosed: false }
  return {
    state,
    provider: 'cuda' as const,
    run: async (pixels: Uint8Array, count?: number) => {
      if (state.isLost) throw new SightlineError('SL_MODEL_RUN_FAILED', 'CUDA failure 719: unspecified launch failure')
      return session.run(pixels, count)
    },
    keepOutputs: () => undefined,
    async [Symbol.asyncDispose]() {
      state.isClosed = true
      await session[Symbol.asyncDispose]()
    }
  }
}

/** A session on the scripted card, and who was told of its loss. */
async function scene(model: PreparedModel) {
  const lost: string[] = []
  const first = await card(model)
  const session = new SurvivingSession(first, {
    openOnProcessor: () => processor(model),
    onLost: (provider, reason) => lost.push(`${provider}: ${reason}`)
  })
  return { session, lost, card: first.state, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() }
}

const bright = () => prepared('bright.onnx', tinyYolox([[0, 0, 0, 0, 0, 0, -10]], 1 / 255))

test('SV1 the processor does the frame at which a card is lost, and all after it; it is told once', async () => {
  await using here = await scene(await bright())
  const before = (await here.session.run(grey))[0]!.data.slice()
  here.card.isLost = true
  deepStrictEqual((await here.session.run(grey))[0]!.data, before)
  deepStrictEqual((await here.session.run(grey))[0]!.data, before)
  deepStrictEqual(here.lost, ['cuda: CUDA failure 719: unspecified launch failure'])
  deepStrictEqual([here.session.provider, here.card.isClosed], ['cpu', true])
})

test('SV2 a batch that a card fails at may have been too large: the card stays', async () => {
  await using here = await scene(await bright())
  here.card.isLost = true
  // What the card is asked for is two frames, and what it is given would be one for the processor.
  await rejects(here.session.run(grey, 2), { code: 'SL_MODEL_RUN_FAILED' })
  deepStrictEqual([here.session.provider, here.lost], ['cuda', []])
})

test('SV3 what the processor cannot do either is no loss of the card', async () => {
  await using here = await scene(await prepared('fragile.onnx', fragileYolox(0)))
  await rejects(here.session.run(white), { code: 'SL_MODEL_RUN_FAILED' })
  deepStrictEqual([here.session.provider, here.lost, here.card.isClosed], ['cuda', [], false])
  ok((await here.session.run(grey))[0]!.data.length > 0)
})

test('SV4 a provider that computes as the processor does differs in nothing', async () => {
  strictEqual(await whyNotMeasured(await bright(), 'cpu', { now: () => 0 }), undefined)
})

/** A scripted provider whose numbers are off by so much of what lies between dark and light. */
function offBy(share: number) {
  return async (source: Parameters<typeof openSession>[0]) => {
    const session = await openSession({ ...source, provider: 'cpu' })
    if (source.provider === 'cpu') return session
    return {
      run: async (pixels: Uint8Array) =>
        (await session.run(pixels)).map(output => ({ ...output, data: output.data.map(value => value + share / 2) })),
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]()
    }
  }
}

test('SV5 a provider whose numbers are nonsense is found out, and rounding is not', async () => {
  const model = await bright()
  strictEqual(await whyNotMeasured(model, 'webgpu', { open: offBy(0.3) }), 'it gives other numbers than the processor')
  strictEqual(await whyNotMeasured(model, 'webgpu', { open: offBy(0.01), now: () => 0 }), undefined)
})

test('SV6 a provider that takes so long for a frame that no batch makes up for it is not measured', async () => {
  let nowMs = 0
  const slow = (times: number) => async (source: Parameters<typeof openSession>[0]) => {
    const session = await openSession({ ...source, provider: 'cpu' })
    return {
      run: (pixels: Uint8Array) => {
        nowMs += source.provider === 'cpu' ? 1 : times
        return session.run(pixels)
      },
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]()
    }
  }
  const model = await bright()
  const now = () => nowMs
  strictEqual(
    await whyNotMeasured(model, 'webgpu', { open: slow(450), now }),
    'it takes 450 times as long for a frame as the processor'
  )
  strictEqual(await whyNotMeasured(model, 'webgpu', { open: slow(32), now }), undefined)
})

test('SV7 where outputs were to go goes on to hold on the processor', async () => {
  const model = await bright()
  const kept: unknown[] = []
  const first = await card(model)
  const openOnProcessor = async () => {
    const session = await processor(model)
    const keepOutputs = (...where: Parameters<typeof session.keepOutputs>) => {
      kept.push(where)
      session.keepOutputs(...where)
    }
    return {
      provider: session.provider,
      run: session.run.bind(session),
      keepOutputs,
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]()
    }
  }
  await using session = new SurvivingSession(first, { openOnProcessor, onLost: () => undefined })
  const outputs = await session.run(grey)
  session.keepOutputs(outputs, 2)
  first.state.isLost = true
  const [once] = await session.run(grey)
  const [again] = await session.run(grey)
  deepStrictEqual(kept, [[outputs, 2]])
  strictEqual(once!.data, again!.data)
})
