import { deepStrictEqual, notStrictEqual, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { SightlineError } from '../../src/core/errors.ts'
import { createLog } from '../../src/core/log.ts'
import { embedderOpener, StreamEmbedders } from '../../src/roles/streams/stream-embedders.ts'
import type { Embedder } from '../../src/vision/embedder.ts'
import type { ModelStore } from '../../src/vision/model-store.ts'

/** What happened to models: `+name` for one that was opened, `-name` for one that was closed. */
function scripted() {
  const said: string[] = []
  const open = async (name: string): Promise<Embedder> => {
    if (name === 'none') throw new Error('there is no such model')
    said.push(`+${name}`)
    const close = async () => void said.push(`-${name}`)
    return { name, concurrency: name === 'dead' ? 0 : 1, [Symbol.asyncDispose]: close } as unknown as Embedder
  }
  return { said, embedders: new StreamEmbedders(open) }
}

test('streams of the same model share it until the last has gone', async () => {
  const { said, embedders } = scripted()
  const [one, other] = await Promise.all([embedders.take({ model: 'osnet' }), embedders.take({ model: 'osnet' })])
  await embedders.take({ model: 'another' })
  notStrictEqual(one.looks, other.looks)
  await one[Symbol.asyncDispose]()
  deepStrictEqual(said, ['+osnet', '+another'])
  await other[Symbol.asyncDispose]()
  deepStrictEqual(said, ['+osnet', '+another', '-osnet'])
})

test('a model that cannot be opened is tried again by the next stream', async () => {
  const { said, embedders } = scripted()
  await rejects(embedders.take({ model: 'none' }), /no such model/)
  await rejects(embedders.take({ model: 'none' }), /no such model/)
  await embedders.take({ model: 'osnet' })
  deepStrictEqual(said, ['+osnet'])
})

test('a model that has died is opened anew by the next stream, and closed when those who had it have gone', async () => {
  const { said, embedders } = scripted()
  const one = await embedders.take({ model: 'dead' })
  await using _other = await embedders.take({ model: 'dead' })
  deepStrictEqual(said, ['+dead', '+dead'])
  await one[Symbol.asyncDispose]()
  deepStrictEqual(said, ['+dead', '+dead', '-dead'])
})

test('a model is opened where nothing was found against it when it was tried', async () => {
  const models = { resolve: async (path: string) => ({ path }) } as unknown as ModelStore
  const require = () => Promise.reject(new SightlineError('SL_MODEL_TRIAL_LIMIT', 'It never ended.'))
  const open = embedderOpener(async () => models, { require }, { choose: async wish => wish }, createLog('silent'))
  await rejects(open('/models/none.onnx'), { code: 'SL_MODEL_TRIAL_LIMIT' })
})
