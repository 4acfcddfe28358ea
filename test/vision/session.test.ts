import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { readModelFile } from '../../src/vision/load-model.ts'
import { prependPreprocessing } from '../../src/vision/onnx/preprocessing.ts'
import { type Provider, providers, unavailable } from '../../src/vision/providers.ts'
import { openSession } from '../../src/vision/session.ts'
import { modelWithExternalData, saved } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const size = { width: 32, height: 32 }
const encoding = { channels: 'rgb', mean: [0, 0, 0], std: [1, 1, 1] } as const

async function openWithExternalData(folder: string, provider: Provider | 'auto') {
  await writeFile(join(folder, 'weights.bin'), new Uint8Array(new Float32Array([2]).buffer))
  const path = await saved(join(folder, 'external.onnx'), modelWithExternalData('weights.bin'))
  const { bytes, facts, external } = await readModelFile(path)
  deepStrictEqual(external, ['weights.bin'])
  const model = prependPreprocessing(bytes, path, facts.inputs[0]!, size, encoding)
  return openSession({ model, folder, path, provider, ...size })
}

test('external data beside the model is loaded from there', async () => {
  await using folder = await temporaryFolder()
  await using session = await openWithExternalData(folder.path, 'cpu')
  const [output] = await session.run(new Uint8Array(32 * 32 * 3).fill(5))
  deepStrictEqual(output!.dims, [1, 3, 32, 32])
  ok(output!.data.every(value => value === 7))
})

test('auto takes the first provider that opens, and tells why it skipped those before', async () => {
  await using folder = await temporaryFolder()
  await using session = await openWithExternalData(folder.path, 'auto')
  deepStrictEqual(
    session.skipped.map(skip => skip.provider),
    providers.slice(0, providers.indexOf(session.provider))
  )
  ok(session.skipped.every(({ reason }) => reason.length > 0))
})

test('the CPU is always worth a try', () => {
  strictEqual(unavailable('cpu'), undefined)
})

test('a provider that is asked for and is not here is refused, and those that are here are named', async () => {
  await using folder = await temporaryFolder()
  for (const provider of providers.filter(each => each !== 'webgpu' && unavailable(each) !== undefined))
    await rejects(openWithExternalData(folder.path, provider), {
      code: 'SL_PROVIDER_UNAVAILABLE',
      message: new RegExp(`^${provider} cannot run models on this machine: .* Here there is .*cpu; auto takes`)
    })
})
