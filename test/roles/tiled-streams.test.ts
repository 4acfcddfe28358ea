import { deepStrictEqual, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import Value from 'typebox/value'
import { StreamSettings } from '../../src/config/stream-settings.ts'
import type { PixelRequest } from '../../src/core/fit.ts'
import { createLog } from '../../src/core/log.ts'
import { StreamDetectors } from '../../src/roles/streams/stream-detectors.ts'
import type { ModelStore } from '../../src/vision/model-store.ts'
import { saved, tinyYolox } from '../support/onnx-model.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('a stream with tiles looks at them, and others of its model look at whole frames', async () => {
  await using folder = await temporaryFolder()
  const model = await saved(join(folder.path, 'one.onnx'), tinyYolox([[0, 0, 0, 0, 1, 0.9, 0]]))
  const models = { resolve: async (path: string) => ({ path }) } as unknown as ModelStore
  const detectors = new StreamDetectors({
    openModels: async () => models,
    concurrency: 1,
    batch: undefined,
    log: createLog('silent')
  })
  const settings: StreamSettings = { source: 'demo:', model, provider: 'cpu' }
  const size = { width: 640, height: 480 }
  await using whole = await detectors.take(settings, size)
  await using tiled = await detectors.take({ ...settings, tiles: '2x2' }, size)
  const scaleInto = async ({ width, height }: PixelRequest, target: Buffer) => {
    target.fill(100)
    return { left: 0, top: 0, width, height }
  }
  const { boxes } = await tiled.detector.look!({ ...size, ptsMs: 0, scaleInto }, (_, work) => work)
  const { count } = await boxes
  ok(count > 1, `${count} boxes: one in each view`)
  deepStrictEqual([whole.detector.look, detectors.batches], [undefined, { cpu: [5] }])
})

for (const [tiles, isRight] of [
  ['2x2', true],
  ['auto', true],
  ['9x9', false],
  ['all', false]
] as const)
  test(`a stream's settings ${isRight ? 'take' : 'refuse'} tiles: ${tiles}`, () => {
    deepStrictEqual(Value.Check(StreamSettings, { source: 'demo:', tiles }), isRight)
  })
