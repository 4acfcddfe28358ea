import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709 } from 'node-av/constants'
import { openVideoWriter } from '../../src/media/encode.ts'
import { probeClip } from '../support/probe-clip.ts'

const folder = mkdtempSync(join(tmpdir(), 'sightline-encode-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function freshFolder(): string {
  return mkdtempSync(join(folder, 'case-'))
}

/** One colour all over. */
function plain(width: number, height: number, [red, green, blue]: readonly number[]) {
  const data = Buffer.alloc(width * height * 4, Buffer.from([red!, green!, blue!, 255]))
  return { width, height, data }
}

const grey = plain(64, 48, [128, 128, 128])

test('W1 frames stand at the times they were given, to 0.1 ms', async () => {
  const path = join(freshFolder(), 'times.mp4')
  const times = [0, 1000 / 30, 200, 210, 1000]
  await using writer = await openVideoWriter(path, { width: 64, height: 48, fps: 30, maxBFrames: 2 })
  for (const time of times) await writer.write(grey, time)
  await writer.finish()
  const { timesMs } = probeClip(path)
  strictEqual(timesMs.length, times.length)
  for (const [index, time] of times.entries())
    ok(Math.abs(timesMs[index]! - time) < 0.1, `${timesMs[index]} ms for ${time} ms`)
})

test('W2 an MP4 is what browsers and QuickTime play: avc1, 4:2:0, index first', async () => {
  const path = join(freshFolder(), 'plays.mp4')
  await using writer = await openVideoWriter(path, { width: 64, height: 48 })
  await writer.write(grey, 0)
  await writer.finish()
  const { tag, pixelFormat } = probeClip(path)
  const bytes = readFileSync(path)
  deepStrictEqual([tag, pixelFormat], ['avc1', AV_PIX_FMT_YUV420P])
  ok(bytes.indexOf('moov') < bytes.indexOf('mdat'))
})

test('W3 colours are BT.709, limited range, and say so', async () => {
  const path = join(freshFolder(), 'colour.mp4')
  await using writer = await openVideoWriter(path, { width: 64, height: 48, quality: 100 })
  await writer.write(plain(64, 48, [200, 30, 40]), 0)
  await writer.finish()
  const { colorSpace, middle } = probeClip(path)
  strictEqual(colorSpace, AVCOL_SPC_BT709)
  // ITU-R BT.709-6, table 3, with 8-bit quantisation: Y' = 16 + 219 (0.2126 R' + 0.7152 G' + 0.0722 B').
  const expected = [73, 115, 202]
  for (const [plane, value] of expected.entries())
    ok(Math.abs(middle[plane]! - value) <= 2, `${middle} for ${expected}`)
})

test('W4 odd sides grow by one pixel', async () => {
  const path = join(freshFolder(), 'odd.mp4')
  await using writer = await openVideoWriter(path, { width: 63, height: 47 })
  await writer.write(plain(63, 47, [90, 90, 90]), 0)
  await writer.finish()
  const { width, height } = probeClip(path)
  deepStrictEqual([width, height], [64, 48])
})

test('W5 nothing has the name before finish returns', async () => {
  const where = freshFolder()
  await using writer = await openVideoWriter(join(where, 'late.mp4'), { width: 64, height: 48 })
  await writer.write(grey, 0)
  const before = readdirSync(where)
  await writer.finish()
  deepStrictEqual([before.includes('late.mp4'), readdirSync(where)], [false, ['late.mp4']])
})

test('W6 disposed before finish, nothing is left and an older file stays as it was', async () => {
  const where = freshFolder()
  writeFileSync(join(where, 'kept.mp4'), 'older')
  {
    await using writer = await openVideoWriter(join(where, 'kept.mp4'), { width: 64, height: 48 })
    void writer.write(grey, 0) // Still under way when the scope ends.
  }
  deepStrictEqual([readdirSync(where), readFileSync(join(where, 'kept.mp4'), 'utf8')], [['kept.mp4'], 'older'])
})

test('W7 writes that overlap are encoded in order', async () => {
  const path = join(freshFolder(), 'overlap.mkv')
  await using writer = await openVideoWriter(path, { width: 64, height: 48 })
  const pending = [0, 40, 80].map(time => writer.write(plain(64, 48, [20 + time, 20, 20]), time))
  await Promise.all([...pending, writer.finish()])
  const { timesMs, middle } = probeClip(path)
  deepStrictEqual(timesMs, [0, 40, 80])
  ok(middle[0] < 40, `the first frame's luma is ${middle[0]}`)
})

const ticks = Array.from({ length: 10 }, (_, index) => index * 40)
for (const [rule, ending, codec, tag] of [
  ['W8 MOV holds H.265 as hvc1', 'mov', 'h265', 'hvc1'],
  ['W9 WebM holds VP9', 'webm', undefined, null],
  ['W10 MPEG-TS holds H.264', 'ts', 'h264', null]
] as const) {
  test(rule, async () => {
    const path = join(freshFolder(), `clip.${ending}`)
    await using writer = await openVideoWriter(path, { width: 64, height: 48, codec })
    for (const time of ticks) await writer.write(grey, time)
    await writer.finish()
    const facts = probeClip(path)
    strictEqual(facts.timesMs.length, ticks.length)
    if (tag) strictEqual(facts.tag, tag)
  })
}

for (const [rule, name, codec, named] of [
  ['W11 an ending that names no container is refused with those that do', 'clip.xyz', undefined, /clip\.xyz.*\.mp4/],
  [
    'W12 a codec that the container cannot hold is refused with those that it can',
    'clip.webm',
    'h264',
    /\.webm.*h264.*vp9/
  ]
] as const) {
  test(rule, () =>
    rejects(openVideoWriter(join(folder, name), { width: 64, height: 48, codec }), {
      code: 'SL_OPTION_INVALID',
      message: named
    })
  )
}

test('W13 a folder that does not exist is named', () =>
  rejects(openVideoWriter(join(folder, 'nowhere', 'clip.mp4'), { width: 64, height: 48 }), {
    code: 'SL_OUTPUT_UNWRITABLE',
    message: /nowhere/
  }))

test('W14 a size that no encoder takes is named and leaves nothing', async () => {
  const where = freshFolder()
  await rejects(openVideoWriter(join(where, 'clip.mp4'), { width: 40_000, height: 2 }), {
    code: 'SL_OUTPUT_UNWRITABLE',
    message: /40000×2/
  })
  deepStrictEqual(readdirSync(where), [])
})

for (const [rule, picture, time] of [
  ['W15 a picture of another size is refused', plain(32, 48, [0, 0, 0]), 40],
  ['W16 a time that is not later than the last is refused', grey, 0],
  ['W17 a time that is no number is refused', grey, Number.NaN]
] as const) {
  test(rule, async () => {
    await using writer = await openVideoWriter(join(freshFolder(), 'clip.mp4'), { width: 64, height: 48 })
    await writer.write(grey, 0)
    await rejects(writer.write(picture, time), { code: 'SL_INTERNAL' })
  })
}

test('W18 a writer that is finished takes no more', async () => {
  await using writer = await openVideoWriter(join(freshFolder(), 'clip.mp4'), { width: 64, height: 48 })
  await writer.write(grey, 0)
  await writer.finish()
  await rejects(writer.write(grey, 40), { code: 'SL_INTERNAL' })
})

test('W19 a full disk is said, and nothing is left on it', {
  skip: !canMount() && 'needs the right to mount a small file system'
}, async () => {
  const where = join(folder, 'full')
  mkdirSync(where)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', where])
  try {
    const width = 320
    const height = 240
    const noise = Buffer.alloc(width * height * 4)
    for (let at = 0, state = 1; at < noise.length; at++) noise[at] = (state = (state * 48_271) % 2_147_483_647) & 255
    const fill = async () => {
      await using writer = await openVideoWriter(join(where, 'clip.mp4'), { width, height, quality: 100, gop: 1 })
      for (let index = 0; index < 10; index++) await writer.write({ width, height, data: noise }, index * 40)
      await writer.finish()
    }
    await rejects(fill, { code: 'SL_OUTPUT_FULL', message: /clip\.mp4/ })
    deepStrictEqual(readdirSync(where), [])
  } finally {
    execFileSync('umount', [where])
  }
})

function canMount(): boolean {
  const where = mkdtempSync(join(folder, 'mount-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', where], { stdio: 'ignore' })
    execFileSync('umount', [where])
    return true
  } catch {
    return false
  }
}
