import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openVideo } from '../../src/media/open-video.ts'
import { type ClipOptions, makeClip } from '../support/make-clip.ts'
import { readAll, rgbRequest } from '../support/read-all.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const formats: readonly (ClipOptions & { readonly file: string; readonly name: string })[] = [
  { file: 'a.mp4', codec: 'h264', name: 'h264' },
  { file: 'b.mov', codec: 'h264', bFrames: 2, name: 'h264' },
  { file: 'c.mkv', codec: 'h264', bits: 10, name: 'h264' },
  { file: 'd.ts', codec: 'h264', audio: true, name: 'h264' },
  { file: 'e.avi', codec: 'mjpeg', name: 'mjpeg' },
  { file: 'f.gif', codec: 'gif', name: 'gif' },
  { file: 'g.mp4', codec: 'h265', name: 'hevc' },
  { file: 'h.mkv', codec: 'h265', bits: 10, name: 'hevc' },
  { file: 'i.webm', codec: 'vp8', name: 'vp8' },
  { file: 'j.webm', codec: 'vp9', name: 'vp9' },
  { file: 'k.mkv', codec: 'vp9', bits: 10, name: 'vp9' },
  { file: 'l.mp4', codec: 'av1', name: 'av1' },
  { file: 'm.webm', codec: 'av1', bits: 10, name: 'av1' },
  { file: 'n.mp4', codec: 'mjpeg', name: 'mjpeg' }
]

for (const { file, name, ...options } of formats) {
  test(`${name} ${options.bits ?? 8} bit in ${file.slice(2)} gives every frame, in order, with the right pixels`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, file)
    await makeClip(path, { width: 64, height: 48, frames: 12, fps: 10, ...options })
    const { facts, frames, corner, brokenPackets, truncated } = await readAll(path)
    ok(facts.codec.includes(name), facts.codec)
    deepStrictEqual([facts.width, facts.height, brokenPackets, truncated], [64, 48, 0, false])
    deepStrictEqual(
      frames.map(frame => frame.index),
      [...Array(12).keys()]
    )
    deepStrictEqual(
      frames.map(frame => Math.round(frame.ptsMs / 100)),
      [...Array(12).keys()]
    )
    deepStrictEqual(corner, 'top-left')
  })
}

test('odd sizes keep their size', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'odd.mkv')
  await makeClip(path, { codec: 'vp9', width: 67, height: 45, frames: 3 })
  const { facts, frames } = await readAll(path)
  deepStrictEqual([facts.width, facts.height, frames.length], [67, 45, 3])
})

for (const [rotation, corner] of [
  [90, 'top-right'],
  [180, 'bottom-right'],
  [270, 'bottom-left']
] as const) {
  test(`a phone's rotation of ${rotation}° is undone`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'phone.mov')
    await makeClip(path, { width: 96, height: 64, frames: 4, rotation })
    const read = await readAll(path)
    deepStrictEqual([read.facts.width, read.facts.height], rotation === 180 ? [96, 64] : [64, 96])
    strictEqual(read.facts.rotation, rotation)
    strictEqual(read.corner, corner)
    strictEqual(read.frames.length, 4)
  })
}

test('an edit list cuts off the start, and time begins at 0', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'cut.mp4')
  await makeClip(path, { frames: 20, fps: 10, gop: 5, cutMs: 700 })
  const { frames, truncated } = await readAll(path)
  deepStrictEqual([frames.length, frames[0]?.ptsMs, truncated], [13, 0, false])
})

test('variable frame rate keeps the times of the container', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'vfr.mkv')
  const timesMs = [0, 40, 200, 210, 1000, 1500]
  await makeClip(path, { timesMs })
  const { frames } = await readAll(path)
  deepStrictEqual(
    frames.map(frame => frame.ptsMs),
    timesMs
  )
})

test('--from and --to give the frames in between, with their media times', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'long.mp4')
  await makeClip(path, { frames: 40, fps: 10, gop: 12 })
  const { frames } = await readAll(path, { fromMs: 1500, toMs: 2000 })
  deepStrictEqual(
    frames,
    [1500, 1600, 1700, 1800, 1900].map((ptsMs, index) => ({ index, ptsMs }))
  )
})

test('broken packets are passed over and counted, the rest is read', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'broken.avi')
  await makeClip(path, { codec: 'mjpeg', width: 160, height: 120, frames: 20 })
  const bytes = await readFile(path)
  const soi = Buffer.from([0xff, 0xd8, 0xff])
  let at = 0
  for (let picture = 0; picture < 7; picture++) at = bytes.indexOf(soi, at + 1)
  bytes.fill(0, at, at + 400)
  await writeFile(path, bytes)
  const { frames, brokenPackets } = await readAll(path)
  deepStrictEqual([frames.length, brokenPackets], [19, 1])
})

for (const file of ['half.mp4', 'half.mkv', 'half.avi']) {
  test(`a file cut in the middle (${file.slice(5)}) gives its readable part and says that it is truncated`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, file)
    await makeClip(path, { frames: 60, fps: 10, gop: 10, width: 320, height: 240 })
    if (file.endsWith('.mp4')) await moovFirst(path)
    const size = (await readFile(path)).length
    await truncate(path, Math.round(size * 0.6))
    const { frames, truncated } = await readAll(path)
    ok(truncated)
    ok(frames.length > 5 && frames.length < 58, String(frames.length))
  })
}

test('frames scale into a letterbox with its padding, straight into the place given', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'a.mp4')
  await makeClip(path, { width: 128, height: 64, frames: 1 })
  await using video = await openVideo(path)
  const pixels = Buffer.from(new SharedArrayBuffer(64 * 64 * 3))
  for await (const frame of video.frames()) {
    using _ = frame
    await frame.scaleInto({ ...rgbRequest(64, 64), mode: 'letterbox-centre', pad: 114 }, pixels)
  }
  const row = (y: number) => pixels[(y * 64 + 10) * 3]!
  deepStrictEqual([row(0), row(15), row(48), row(63)], [114, 114, 114, 114])
  ok(row(20) > 220 && row(44) < 100, `${row(20)} ${row(44)}`)
})

test('a crop shows its part of the picture', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'a.mp4')
  await makeClip(path, { width: 128, height: 96, frames: 1 })
  await using video = await openVideo(path)
  for await (const frame of video.frames()) {
    using _ = frame
    const inside = await frame.crop(10, 10, 40, 30)
    deepStrictEqual([inside.width, inside.height], [40, 30])
    ok(inside.data[0]! > 220)
    const outside = await frame.crop(70, 10, 1000, 30)
    strictEqual(outside.width, 58)
    ok(outside.data[0]! < 100)
    const small = await frame.crop(0, 0, 128, 96, 48 * 64)
    ok(small.width * small.height <= 48 * 64 + 64)
  }
})

/** Rewrites an MP4 so that its index comes first, as cameras for streaming do: what is cut then is pictures. */
async function moovFirst(path: string): Promise<void> {
  const { openVideoWriter } = await import('../../src/media/encode.ts')
  const writer = await openVideoWriter(path, { width: 320, height: 240 })
  const { testPicture } = await import('../support/make-clip.ts')
  for (let i = 0; i < 60; i++) await writer.write({ width: 320, height: 240, data: testPicture(i, 320, 240) }, i * 100)
  await writer.finish()
}
