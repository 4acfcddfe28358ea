import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { AV_HWDEVICE_TYPE_VULKAN, AV_PIX_FMT_VULKAN } from 'node-av/constants'
import { Frame, HardwareDeviceContext } from 'node-av/lib'
import type { HardwareDevice } from '../../src/media/hardware-devices.ts'
import { HardwareUse } from '../../src/media/hardware-use.ts'

const invalid = -22
let devices = 0

/** A device whose driver opens it, though there is none. */
function scripted(context: TestContext): { device: HardwareDevice; opened: () => number } {
  const create = context.mock.method(HardwareDeviceContext.prototype, 'create', () => 0)
  context.mock.method(Frame.prototype, 'copyProps', () => 0)
  const name = `scripted${devices++}`
  const device = { name, type: AV_HWDEVICE_TYPE_VULKAN, format: AV_PIX_FMT_VULKAN, missing: () => undefined }
  return { device, opened: () => create.mock.callCount() }
}

/** A picture in the device's memory, which it hands out or not; or one that lies in main memory already. */
function picture({ code = 0, isHere = false } = {}) {
  let isFreed = false
  const frame = {
    isHwFrame: () => !isHere,
    hwframeTransferData: async () => code,
    free: () => {
      isFreed = true
    }
  }
  return { frame: frame as unknown as Frame, isFreed: () => isFreed }
}

/** @returns whether it gave the picture */
async function given(use: HardwareUse, code = 0): Promise<boolean> {
  const { frame } = picture({ code })
  using result = await use.picture(frame)
  return result !== undefined
}

test('HF1 a device that has shown that it works is given up after three failures in a row, and says why', async context => {
  const { device } = scripted(context)
  const use = new HardwareUse('auto', [device])
  deepStrictEqual([use.device, use.isUnproven], [device.name, true])
  deepStrictEqual([await given(use), use.isUnproven], [true, false])
  deepStrictEqual([use.failed(invalid), use.failed(invalid)], [false, false])
  // One that it gives begins the count anew.
  strictEqual(await given(use), true)
  deepStrictEqual([use.failed(invalid), use.failed(invalid), use.failed(invalid)], [false, false, true])
  deepStrictEqual([use.device, use.notice?.code], [undefined, 'SL_HARDWARE_DECODING'])
  match(
    use.notice!.message,
    new RegExp(`^${device.name} cannot decode here: it failed \\(.*\\)\\. The processor decodes\\.$`)
  )
  // From then on it is the processor's, and nothing is the device's fault.
  strictEqual(use.failed(invalid), false)
})

test('HF2 one that has shown nothing yet is given up at once', async context => {
  const use = new HardwareUse('auto', [scripted(context).device])
  strictEqual(await given(use, invalid), false)
  deepStrictEqual([use.failed(invalid), use.device], [true, undefined])
})

test('HF3 a picture that the processor has decoded though a device was to is passed on, and the device given up', async context => {
  const use = new HardwareUse('auto', [scripted(context).device])
  const { frame, isFreed } = picture({ isHere: true })
  strictEqual(await use.picture(frame), frame)
  deepStrictEqual([use.device, isFreed()], [undefined, false])
  match(use.notice!.message, /it does not decode this\. The processor decodes\.$/)
})

test('HF4 streams share a device: it is opened once', context => {
  const { device, opened } = scripted(context)
  for (const use of [new HardwareUse('auto', [device]), new HardwareUse('auto', [device])])
    strictEqual(use.device, device.name)
  strictEqual(opened(), 1)
})

test('HF5 a picture in the device’s memory is given back to it, whether it was handed out or not', async context => {
  const use = new HardwareUse('auto', [scripted(context).device])
  for (const code of [0, invalid]) {
    const { frame, isFreed } = picture({ code })
    using _copy = await use.picture(frame)
    strictEqual(isFreed(), true)
  }
})
