import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { hardwareDevices } from '../../src/media/hardware-devices.ts'
import { LiveHouse } from '../support/live-house.ts'
import { makeClip } from '../support/make-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const missing = hardwareDevices.find(({ name }) => name === 'vaapi')!.missing()
const skip = missing === undefined && 'there may be a device here'

test('SD1 a stream whose device is not here is decoded by the processor, and its state says why', {
  timeout: 180_000,
  skip
}, async () => {
  await using folder = await temporaryFolder()
  const source = join(folder.path, 'clip.mp4')
  await makeClip(source, { frames: 40, fps: 20 })
  await using house = await LiveHouse.open()
  house.set({
    asked: { source, model: 'motion', decode: 'vaapi' },
    usual: { source, model: 'motion' }
  })
  const { notice, codec } = await house.until('asked', ({ state }) => state === 'up')
  deepStrictEqual([notice, codec], [`vaapi cannot decode here: ${missing}. The processor decodes.`, 'h264'])
  strictEqual((await house.until('usual', ({ state }) => state === 'up')).notice, undefined)
})
