import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AV_HWDEVICE_TYPE_DXVA2, AV_HWDEVICE_TYPE_VULKAN, AV_PIX_FMT_VULKAN } from 'node-av/constants'
import { type CodecContext, type Frame, HardwareDeviceContext, Packet } from 'node-av/lib'
import { Decoder } from '../../src/media/decoder.ts'
import { Demuxer } from '../../src/media/demuxer.ts'
import type { VideoFrame } from '../../src/media/frame.ts'
import { type HardwareDevice, hardwareDevices, openDevice } from '../../src/media/hardware-devices.ts'
import { HardwareUse, mostUnproven } from '../../src/media/hardware-use.ts'
import { resolveInput } from '../../src/media/input-address.ts'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import type { LiveDecoderOptions } from '../../src/media/live-decoder-options.ts'
import { openVideo } from '../../src/media/open-video.ts'
import type { AccessUnit } from '../../src/media/sources/source.ts'
import { makeClip } from '../support/make-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { unitsOfClip } from '../support/units-of-clip.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
const path = join(folder.path, 'clip.ts')
await makeClip(path, { codec: 'h264', bFrames: 2, frames: 20 })
/** Decoders hold back as many pictures as these have, so that the first comes when all has been sent. */
const shortest = join(folder.path, 'shortest.mkv')
await makeClip(shortest, { codec: 'h264', bFrames: 2, frames: 2 })
const long = join(folder.path, 'long.ts')
await makeClip(long, { codec: 'h264', frames: mostUnproven * 2, width: 64, height: 48 })
const absent = hardwareDevices.filter(({ missing }) => missing() !== undefined)

async function described(frame: VideoFrame): Promise<string> {
  using _ = frame
  const { data } = await frame.rgba()
  return `${frame.ptsMs} ${createHash('sha1').update(data).digest('hex').slice(0, 8)}`
}

async function recording(decoding: LiveDecoderOptions['decoding']) {
  await using video = await openVideo(path, { decoding })
  const frames: string[] = []
  for await (const frame of video.frames()) frames.push(await described(frame))
  return { frames, notice: video.notice }
}

async function live(options: LiveDecoderOptions, clip = path) {
  await using decoder = new LiveDecoder({ codec: 'h264', parameterSets: Buffer.alloc(0) }, options)
  const frames: string[] = []
  const take = async (pictures: readonly { readonly frame: VideoFrame }[]) => {
    for (const { frame } of pictures) frames.push(await described(frame))
  }
  for (const unit of await unitsOfClip(clip)) await take(await decoder.decode(unit))
  await take(await decoder.flush())
  return { frames, notice: decoder.notice, counters: decoder.counters }
}

const software = await recording(undefined)
strictEqual(software.frames.length, 20)

for (const { name, missing } of absent) {
  const decoding = name as NonNullable<LiveDecoderOptions['decoding']>

  test(`HD1 ${name}, which is not here, leaves the same frames to the processor, and it is told why`, async () => {
    const expected = `${name} cannot decode here: ${missing()}. The processor decodes.`
    for (const { frames, notice } of [await recording(decoding), await live({ decoding })]) {
      deepStrictEqual(frames, software.frames)
      deepStrictEqual([notice?.code, notice?.message], ['SL_HARDWARE_DECODING', expected])
    }
  })
}

test('HD2 where there is no device, auto is the processor, and nothing has to be told', () => {
  const use = new HardwareUse('auto', absent)
  deepStrictEqual([use.device, use.notice], [undefined, undefined])
})

/** A driver that computes in software opens here, as a card does that has no decoder for what comes. */
const vulkan: HardwareDevice = {
  ...{ name: 'vaapi', type: AV_HWDEVICE_TYPE_VULKAN, format: AV_PIX_FMT_VULKAN },
  missing: () => undefined
}
const skip = typeof openDevice({ ...vulkan, name: 'vulkan' }) === 'string' && 'no driver of Vulkan is here'

test('HD3 a device that opens and does not decode what comes leaves all of it to the processor', { skip }, async () => {
  const { frames, notice } = await live({ hardware: new HardwareUse('vaapi', [vulkan]) })
  deepStrictEqual(frames, software.frames)
  match(notice?.message ?? '', /^vaapi cannot decode here: it does not decode this\. The processor decodes\.$/)
})

/** A scripted device: after so many pictures it hands out none. */
class FailingDevice extends HardwareUse {
  #left: number
  #isOn = true
  #isProven = false

  constructor(pictures: number) {
    super('software')
    this.#left = pictures
  }

  override get isUnproven(): boolean {
    return this.#isOn && !this.#isProven
  }

  override async picture(frame: Frame): Promise<Frame | undefined> {
    if (!this.#isOn) return frame
    if (this.#left-- > 0) {
      this.#isProven = true
      return frame
    }
    frame.free()
    return undefined
  }

  override failed(): boolean {
    const wasOn = this.#isOn
    this.#isOn = false
    return wasOn
  }
}

/** A scripted device that takes everything, complains of nothing, and gives nothing. */
class SilentDevice extends FailingDevice {
  constructor() {
    super(0)
  }

  override prepare(context: CodecContext): void {
    if (this.isUnproven) context.setOption('skip_frame', 'all')
  }
}

/** Units that a live decoder with a silent device is sent until it gives pictures, and how many it gives then. */
async function firstPictures(units: readonly AccessUnit[]) {
  const hardware = new SilentDevice()
  await using decoder = new LiveDecoder({ codec: 'h264', parameterSets: Buffer.alloc(0) }, { hardware })
  for (const [index, unit] of units.entries()) {
    const pictures = await decoder.decode(unit)
    for (const { frame } of pictures) frame[Symbol.dispose]()
    if (pictures.length > 0) return { sent: index + 1, pictures: pictures.length }
  }
  return undefined
}

/** @param most pictures after which nobody wants more */
async function decoded(hardware: HardwareUse, clip = path, most = Number.POSITIVE_INFINITY) {
  const address = await resolveInput(clip)
  ok(address.kind !== 'pictures')
  await using demuxer = await Demuxer.open(address, { maxPixels: 1e6 })
  using decoder = await Decoder.open(demuxer, { maxPixels: 1e6, hardware })
  let frames = 0
  for await (const frame of decoder.frames()) {
    frame.free()
    if (++frames === most) break
  }
  return [frames, decoder.brokenPackets]
}

test('HD4 a device that gives no first picture costs a recording no frame', async () => {
  deepStrictEqual(await decoded(new FailingDevice(0)), [20, 0])
})

test('HD5 a device that gives no first picture costs a stream no frame', async () => {
  const { frames, counters } = await live({ hardware: new FailingDevice(0) })
  deepStrictEqual(frames, software.frames)
  deepStrictEqual([counters.broken, counters.skipped], [0, 0])
})

test('HD6 a stream whose device fails later goes on from the next key frame', async () => {
  const short = join(folder.path, 'short-groups.ts')
  await makeClip(short, { codec: 'h264', frames: 20, gop: 8 })
  const { frames, counters } = await live({ hardware: new FailingDevice(3) }, short)
  const times = frames.map(frame => Number(frame.split(' ')[0]) / 40)
  deepStrictEqual(times, [0, 1, 2, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19])
  deepStrictEqual([counters.broken, counters.skipped], [0, 4])
})

test('HD7 a device fails for a recording and a stream that are over before its first picture, and costs them no frame', async () => {
  for (const hardware of [() => new FailingDevice(0), () => new SilentDevice()]) {
    deepStrictEqual(await decoded(hardware(), shortest), [2, 0])
    const { frames, counters } = await live({ hardware: hardware() }, shortest)
    deepStrictEqual([frames.length, counters.broken], [2, 0])
  }
})

test('HD8 a device that takes everything and gives nothing is given up, before more than that is kept', async context => {
  const kept = context.mock.method(Packet.prototype, 'clone')
  deepStrictEqual(await decoded(new SilentDevice(), long), [mostUnproven * 2, 0])
  strictEqual(kept.mock.callCount(), mostUnproven)
  const units = await unitsOfClip(long)
  deepStrictEqual(await firstPictures(units), { sent: mostUnproven, pictures: mostUnproven })
})

test('HD11 a stream of few pictures a second gives such a device up before its silence counts as lost', async () => {
  const slow = join(folder.path, 'slow.ts')
  await makeClip(slow, { codec: 'h264', frames: 40, fps: 5, width: 64, height: 48 })
  // The first beyond 5 s.
  deepStrictEqual(await firstPictures(await unitsOfClip(slow)), { sent: 27, pictures: 27 })
})

test('HD9 whoever wants no more leaves no packet behind that was kept for the processor', async context => {
  const kept = context.mock.method(Packet.prototype, 'clone')
  const freed = context.mock.method(Packet.prototype, 'free')
  deepStrictEqual(await decoded(new FailingDevice(0), path, 1), [1, 0])
  const copies = kept.mock.calls.map(({ result }) => result)
  ok(copies.length > 1)
  deepStrictEqual(
    copies.filter(copy => !freed.mock.calls.some(call => call.this === copy)),
    []
  )
})

test('HD10 a driver that does not open its device is asked again after a minute, and not for each stream', context => {
  const asked = context.mock.method(HardwareDeviceContext.prototype, 'create')
  // Windows has it: here every driver refuses.
  const device = { ...vulkan, name: 'refused', type: AV_HWDEVICE_TYPE_DXVA2 }
  const reasons = [0, 1, 59_999, 60_000, 60_001].map(nowMs => openDevice(device, nowMs))
  match(String(reasons[0]), /^its driver does not open it \(/)
  deepStrictEqual(new Set(reasons).size, 1)
  strictEqual(asked.mock.callCount(), 2)
})
