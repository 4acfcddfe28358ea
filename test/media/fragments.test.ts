import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Fragment, FragmentMuxer, type FragmentUnit } from '../../src/media/fragments.ts'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import { LiveEncoder } from '../../src/media/live-encoder.ts'
import { openVideo } from '../../src/media/open-video.ts'
import { clipUnits } from '../support/clip-units.ts'
import { realClip } from '../support/material.ts'
import { relayedClip } from '../support/relayed-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { unitsOfClip } from '../support/units-of-clip.ts'

async function fragmentsOf(units: readonly FragmentUnit[], muxer = new FragmentMuxer()): Promise<Fragment[]> {
  const fragments: Fragment[] = []
  for (const unit of units) {
    const fragment = await muxer.mux(unit)
    if (fragment) fragments.push(fragment)
  }
  return fragments
}

/** Times and sizes of the frames that a player gets from the fragments. */
async function played(fragments: readonly Fragment[]): Promise<string[]> {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'fragments')
  await writeFile(path, Buffer.concat(fragments.flatMap(({ init, data }) => (init ? [init.data, data] : [data]))))
  await using video = await openVideo(path)
  const out: string[] = []
  for await (const frame of video.frames()) {
    using _ = frame
    out.push(`${Math.round(frame.ptsMs)} ${frame.width}x${frame.height}`)
  }
  return out
}

const steady = (count: number, size = '160x120') => [...Array(count).keys()].map(i => `${i * 40} ${size}`)

for (const [rule, codec, mime] of [
  ['G1 H.264', 'h264', /^video\/mp4; codecs="avc1\.42c00b"$/],
  ['G2 H.265', 'hevc', /^video\/mp4; codecs="hvc1\.1\.6\.L30\.90"$/],
  ['G3 AV1', 'av1', /^video\/mp4; codecs="av01\.0\.\d\dM\.08/],
  ['G4 VP8', 'vp8', /^video\/webm; codecs="vp8"$/],
  ['G5 VP9', 'vp9', /^video\/webm; codecs="vp9"$/]
] as const) {
  test(`${rule} plays from fragments: every frame at its time`, async () => {
    const fragments = await fragmentsOf(await relayedClip(codec))
    ok(mime.test(fragments[0]!.init!.mime), fragments[0]!.init!.mime)
    deepStrictEqual(
      fragments.map(({ init }) => init !== undefined),
      fragments.map((_, i) => i === 0)
    )
    deepStrictEqual(await played(fragments), steady(12))
  })
}

test('G6 what was received before a break in mid-stream plays', async () => {
  const fragments = await fragmentsOf(await relayedClip('h264'))
  const [last] = fragments.splice(8)
  const cut = { ...last!, data: last!.data.subarray(0, last!.data.length / 2) }
  deepStrictEqual((await played([...fragments, cut])).slice(0, 8), steady(8))
})

test('G7 media time plus offset is the very ptsMs, fractions and all', async () => {
  const units = (await relayedClip('h264')).map((unit, i) => ({ ...unit, ptsMs: 86_400_123.456 + (i * 1000) / 30 }))
  const fragments = await fragmentsOf(units)
  const { ptsOffsetMs } = fragments[0]!.offset!
  ok(Number.isInteger(ptsOffsetMs))
  deepStrictEqual(
    fragments.map(({ mediaMs }) => mediaMs + ptsOffsetMs),
    units.map(unit => unit.ptsMs)
  )
})

for (const [rule, byMs] of [
  ['a gap is none for the player, and a new offset says what is missing', 5000],
  ['nor is a time that was put right and steps back', -100]
] as const)
  test(`G8 ${rule}`, async () => {
    const units = (await relayedClip('h264')).map((unit, i) => (i < 6 ? unit : { ...unit, ptsMs: unit.ptsMs + byMs }))
    const fragments = await fragmentsOf(units)
    deepStrictEqual(await played(fragments), steady(12))
    deepStrictEqual(
      fragments.flatMap(({ offset }) => offset ?? []),
      [
        { epoch: 1, fromMediaMs: 0, ptsOffsetMs: 0 },
        { epoch: 1, fromMediaMs: 240, ptsOffsetMs: byMs }
      ]
    )
  })

test('G9 a lost picture is a gap that players take', async () => {
  const units = (await relayedClip('h264')).filter((_, i) => i !== 6)
  const fragments = await fragmentsOf(units)
  deepStrictEqual(
    fragments.map(({ mediaMs }) => mediaMs),
    units.map(unit => unit.ptsMs)
  )
})

test('G10 an epoch that begins at 0 goes on where the one before it was', async () => {
  const units = [...(await relayedClip('h264', { fromMs: 7000 })), ...(await relayedClip('h264', { epoch: 2 }))]
  const fragments = await fragmentsOf(units)
  deepStrictEqual(await played(fragments), steady(24))
  deepStrictEqual(fragments[12]!.offset, { epoch: 2, fromMediaMs: 480, ptsOffsetMs: -480 })
})

test('G11 another size begins with another head', async () => {
  const larger = await relayedClip('h264', { width: 320, height: 240, fromMs: 480 })
  const fragments = await fragmentsOf([...(await relayedClip('h264')), ...larger])
  deepStrictEqual([fragments[12]!.init?.width, fragments[12]!.init?.height], [320, 240])
  deepStrictEqual(await played(fragments.slice(12)), steady(12, '320x240'))
})

test('G12 so do other parameters that nobody announced', async () => {
  const [first, ...rest] = await relayedClip('h264', { fromMs: 480, encoderOptions: { level: '40' } })
  const { format: _, ...silent } = first!
  const fragments = await fragmentsOf([...(await relayedClip('h264')), silent, ...rest])
  ok(fragments[12]!.init)
  strictEqual(fragments.filter(({ init }) => init).length, 2)
})

test('G13 parameters that came apart from the pictures are enough', async () => {
  const [first, ...rest] = await relayedClip('h264')
  const idr = first!.data.lastIndexOf('00000165', undefined, 'hex')
  const parameterSets = first!.data.subarray(0, idr)
  const bare = { ...first!, data: first!.data.subarray(idr), format: { ...first!.format!, parameterSets } }
  deepStrictEqual(await played(await fragmentsOf([bare, ...rest])), steady(12))
})

test('G14 nothing comes before the first key frame', async () => {
  const [first, ...rest] = await relayedClip('h264', { gop: 6 })
  const units = [{ ...rest[0]!, format: first!.format! }, ...rest.slice(1)]
  strictEqual((await fragmentsOf(units)).length, 6)
})

test('G15 what no player takes is refused', async () => {
  const [unit] = await relayedClip('h264')
  const pictures = { ...unit!, format: { ...unit!.format!, codec: 'mjpeg' as const } }
  await rejects(new FragmentMuxer().mux(pictures), { code: 'SL_INPUT_CODEC_UNSUPPORTED' })
})

for (const [rule, codec, options] of [
  ['G16 H.265 plays once it is encoded anew', 'hevc', {}],
  ['G17 so does H.264 with B-frames', 'h264', { bFrames: 2 }]
] as const) {
  test(`${rule}, at the same times`, async () => {
    await using decoder = new LiveDecoder({ codec, parameterSets: Buffer.alloc(0) })
    await using encoder = new LiveEncoder()
    const units: FragmentUnit[] = []
    const named = codec === 'hevc' ? 'h265' : codec
    for (const unit of [...(await clipUnits({ codec: named, frames: 12, ...options })), undefined]) {
      for (const { frame } of unit ? await decoder.decode(unit) : await decoder.flush()) {
        using _ = frame
        const { width, height, ...encoded } = await encoder.encode(frame)
        const format = { codec: 'h264', parameterSets: Buffer.alloc(0), width, height } as const
        units.push({ ...encoded, epoch: 1, ...(units.length === 0 && { format }) })
      }
    }
    deepStrictEqual(await played(await fragmentsOf(units)), steady(12))
  })
}

const real = realClip('videos/intel_person-bicycle-car-detection_trim.mp4')
test('G18 a real clip plays: every frame of it', { skip: real.skip }, async () => {
  const clip = await unitsOfClip(real.path)
  const format = { codec: 'h264', parameterSets: Buffer.alloc(0), width: 768, height: 432 } as const
  const fragments = await fragmentsOf(
    clip.map(({ data, isKey, sourceMs: ptsMs }) => ({ data, isKey, ptsMs, epoch: 1, ...(isKey && { format }) }))
  )
  strictEqual((await played(fragments)).length, clip.length)
})

test('G19 a unit without a picture is left out, and the head that it brought is not lost', async () => {
  const [first, ...rest] = await relayedClip('h264')
  const idr = first!.data.lastIndexOf('00000165', undefined, 'hex')
  const { format, ...bare } = first!
  const parts = [
    { ...first!, data: first!.data.subarray(0, idr) },
    { ...bare, data: first!.data.subarray(idr) }
  ]
  const fragments = await fragmentsOf([...parts, { ...bare, isKey: false, data: Buffer.alloc(0), ptsMs: 20 }, ...rest])
  ok(fragments[0]!.init && format)
  deepStrictEqual(await played(fragments), steady(12))
})
