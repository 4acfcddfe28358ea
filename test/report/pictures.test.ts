import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert'
import { test } from 'node:test'
import type { RgbaPicture } from '../../src/media/frame.ts'
import { BestCrops, type TrackCrop } from '../../src/report/best-crops.ts'
import { contactSheet } from '../../src/report/contact-sheet.ts'
import { sharpness } from '../../src/report/crop-quality.ts'
import { heatmapPicture } from '../../src/report/heatmap-picture.ts'
import { channels, colourOf } from '../../src/report/palette.ts'
import { decodePicture } from '../../src/report/picture.ts'
import { clockText, durationText } from '../../src/report/time-text.ts'
import { difference, pixelAt, StillFrame } from './still-frame.ts'
import { trackRows } from './track-rows.ts'

const grey = [110, 110, 110] as const
const chequered = (x: number, y: number) => ((x + y) % 2 === 0 ? [40, 40, 40] : [200, 200, 200])

function frameAt(ptsMs: number, paint: (x: number, y: number) => readonly number[] = chequered) {
  return new StillFrame(ptsMs, 400, 300, paint)
}

test('heatmap: the hot place is bright, the empty ones show the frame', async () => {
  const frame = await new StillFrame(0, 640, 360, () => grey).rgba()
  const grid = { columns: 32, rows: 18, values: new Float64Array(32 * 18) }
  for (const cell of [8 * 32 + 8, 8 * 32 + 9, 9 * 32 + 8, 9 * 32 + 9]) grid.values[cell] = 5000
  const picture = await decodePicture(await heatmapPicture(frame, grid, { describe: durationText }))
  deepStrictEqual([picture.width, picture.height], [640, 360])
  const [red, , blue] = pixelAt(picture, (9 / 32) * 640, (9 / 18) * 360)
  ok(red > 200 && red > blue + 60, `hot: ${red}, ${blue}`)
  const cold = pixelAt(picture, 500, 80)
  ok(difference(cold, [cold[0], cold[0], cold[0]]) < 12 && cold[0] < 110, `cold: ${cold}`)
})

test('heatmap: a place of extreme dwell does not turn the others dark', async () => {
  const frame = await new StillFrame(0, 640, 360, () => grey).rgba()
  const values = Float64Array.from({ length: 96 * 54 }, (_, cell) =>
    Math.floor(cell / 96) > 20 && Math.floor(cell / 96) < 34 ? 100 : 0
  )
  values[10 * 96 + 10] = 1e6
  const picture = await decodePicture(await heatmapPicture(frame, { columns: 96, rows: 54, values }))
  const [red, green] = pixelAt(picture, 320, 180)
  const [emptyRed] = pixelAt(picture, 320, 20)
  ok(red - emptyRed > 40 || red - green > 40, `walked place: ${red}, ${green}; empty: ${emptyRed}`)
})

test('heatmap: nobody seen leaves the frame plain', async () => {
  const frame = await new StillFrame(0, 320, 180, () => grey).rgba()
  const picture = await decodePicture(
    await heatmapPicture(frame, { columns: 8, rows: 8, values: new Float64Array(64) })
  )
  deepStrictEqual(pixelAt(picture, 60, 60), pixelAt(picture, 200, 90))
})

test('crops: a track keeps the picture of its largest uncut view', async () => {
  const best = new BestCrops()
  const views = [
    { box: [0.4, 0.4, 0.05, 0.1] as const, colour: 1 },
    { box: [0.3, 0.2, 0.2, 0.5] as const, colour: 2 },
    { box: [0, 0, 0.5, 1] as const, colour: 3 },
    { box: [0.4, 0.4, 0.06, 0.1] as const, colour: 4 }
  ]
  for (const [at, { box, colour }] of views.entries())
    await best.observe(
      frameAt(at * 40, (x, y) => [...chequered(x, y).slice(0, 2), colour]),
      trackRows({ id: 1, box }),
      []
    )
  const [crop] = await best.result()
  strictEqual(crop?.picture.data[2], 2)
  deepStrictEqual([crop?.firstMs, crop?.lastMs], [0, 120])
})

test('crops: who is near from the start is shown whole, not as they enter at the edge', async () => {
  const best = new BestCrops()
  const [width, height] = [768, 432]
  const views = [
    { left: 216, top: 217, right: 428, bottom: 427 },
    { left: 388, top: 20, right: 547, bottom: 391 }
  ]
  for (const [at, { left, top, right, bottom }] of views.entries())
    await best.observe(
      new StillFrame(at * 100, width, height, (x, y) => [...chequered(x, y).slice(0, 2), at]),
      trackRows({ id: 1, box: [left / width, top / height, (right - left) / width, (bottom - top) / height] }),
      []
    )
  strictEqual((await best.result())[0]?.picture.data[2], 1)
})

test('crops: of views as large as one another, the one that fills the tile is kept', async () => {
  const best = new BestCrops()
  const views = [
    [0.25, 0.4, 0.5, 0.15],
    [0.4, 0.2, 0.15, 0.5]
  ] as const
  for (const [at, box] of views.entries())
    await best.observe(
      new StillFrame(at * 100, 300, 300, (x, y) => [...chequered(x, y).slice(0, 2), at]),
      trackRows({ id: 1, box }),
      []
    )
  strictEqual((await best.result())[0]?.picture.data[2], 1)
})

test('crops: a sharp view is kept over a blurred one of the same box', async () => {
  const best = new BestCrops({ betterBy: 1 })
  const box = [0.3, 0.3, 0.2, 0.4] as const
  await best.observe(frameAt(0), trackRows({ id: 1, box }), [])
  await best.observe(
    frameAt(40, () => grey),
    trackRows({ id: 1, box, score: 0.95 }),
    []
  )
  strictEqual(sharpness((await best.result())[0]!.picture) > 0.9, true)
})

test('crops: a view that is hidden by somebody nearer waits for a free one', async () => {
  const best = new BestCrops()
  const box = [0.3, 0.3, 0.2, 0.3] as const
  await best.observe(
    frameAt(0, () => [1, 1, 1]),
    trackRows({ id: 1, box }, { id: 2, box: [0.28, 0.35, 0.25, 0.5] }),
    []
  )
  await best.observe(
    frameAt(40, () => [2, 2, 2]),
    trackRows({ id: 1, box }),
    []
  )
  strictEqual((await best.result()).find(({ trackId }) => trackId === 1)?.picture.data[0], 2)
})

test('crops: a track that stands still is cropped once', async () => {
  const best = new BestCrops()
  for (let at = 0; at < 50; at++)
    await best.observe(frameAt(at * 40), trackRows({ id: 1, box: [0.3, 0.3, 0.2, 0.4] }), [])
  strictEqual(best.crops, 1)
})

test('crops: predictions are never cropped', async () => {
  const best = new BestCrops()
  await best.observe(frameAt(0), trackRows({ id: 1, box: [0.3, 0.3, 0.2, 0.4], observed: false }), [])
  strictEqual(best.crops, 0)
  strictEqual((await best.result()).length, 0)
})

test('crops: a box outside the picture is no error', async () => {
  const best = new BestCrops()
  await best.observe(frameAt(0), trackRows({ id: 1, box: [1.2, 0.3, 0.2, 0.4] }), [])
  strictEqual((await best.result()).length, 0)
})

test('crops: beyond the limit those seen longest stay', async () => {
  const best = new BestCrops({ maxTracks: 2 })
  const box = [0.3, 0.3, 0.2, 0.4] as const
  const lives = [
    { id: 1, frames: 6 },
    { id: 2, frames: 1 },
    { id: 3, frames: 4 },
    { id: 4, frames: 2 }
  ]
  let ptsMs = 0
  let ended: number[] = []
  for (const { id, frames } of lives) {
    for (let at = 0; at < frames; at++) {
      await best.observe(frameAt((ptsMs += 40)), trackRows({ id, box }), ended)
      ended = []
    }
    ended = [id]
  }
  deepStrictEqual(
    (await best.result()).map(({ trackId }) => trackId),
    [1, 3]
  )
})

function crop(trackId: number, colour: readonly [number, number, number]): TrackCrop {
  const picture: RgbaPicture = { width: 64, height: 96, data: Buffer.alloc(64 * 96 * 4, Buffer.from([...colour, 255])) }
  return { trackId, classId: 0, firstMs: 65_000, lastMs: 77_400, picture }
}

test('contact sheet: every track has a tile with its picture and its colour', async () => {
  const crops = [crop(1, [200, 30, 30]), crop(2, [30, 200, 30]), crop(3, [30, 30, 200])]
  const sheet = await decodePicture(await contactSheet(crops, { title: 'walk.mp4', labels: ['person'], tracks: 3 }))
  crops.forEach(({ picture, trackId }, index) => {
    const middle = 28 + index * 158 + 72
    ok(
      difference(pixelAt(sheet, middle, 28 + 64 + 8 + 96), picture.data.subarray(0, 3) as never) < 25,
      `picture ${trackId}`
    )
    ok(
      difference(pixelAt(sheet, middle, 28 + 64 + 8 + 190), channels(colourOf(trackId).fill)) < 60,
      `stripe ${trackId}`
    )
  })
})

test('contact sheet: a tall picture loses less of its head than of its feet', async () => {
  const [width, height] = [60, 180]
  const data = Buffer.alloc(width * height * 4, Buffer.from([200, 200, 200, 255]))
  data.fill(Buffer.from([220, 20, 20, 255]), 0, width * 15 * 4)
  data.fill(Buffer.from([20, 20, 220, 255]), width * 165 * 4)
  const tall = { ...crop(1, [0, 0, 0]), picture: { width, height, data } }
  const sheet = await decodePicture(await contactSheet([tall], { title: 'walk.mp4', labels: ['person'], tracks: 1 }))
  const middle = 28 + 72
  const rows = Array.from({ length: 189 }, (_, y) => pixelAt(sheet, middle, 28 + 64 + 8 + y))
  const head = rows.filter(([red, , blue]) => red > blue + 100).length
  const feet = rows.filter(([red, , blue]) => blue > red + 100).length
  ok(head > feet + 3, `${head} rows of the head, ${feet} of the feet`)
})

test('contact sheet: hundreds of tiles stay within what any viewer opens', async () => {
  const crops = Array.from({ length: 240 }, (_, at) => crop(at + 1, [90, 90, 90]))
  const sheet = await decodePicture(await contactSheet(crops, { title: 'x'.repeat(500), labels: [], tracks: 900 }))
  ok(sheet.width <= 2000 && sheet.height <= 8000, `${sheet.width}×${sheet.height}`)
})

test('contact sheet: without tracks it is a sheet that says so', async () => {
  const sheet = await decodePicture(await contactSheet([], { title: 'empty.mp4', labels: [], tracks: 0 }))
  ok(sheet.width > 300 && sheet.height > 200)
})

test('pictures: bytes that are no picture are refused', () => rejects(decodePicture(Buffer.from('no picture'))))

test('times: places and durations as people say them', () => {
  deepStrictEqual([0, 65_900, 3_723_000].map(clockText), ['0:00', '1:05', '1:02:03'])
  deepStrictEqual([400, 9_960, 42_000, 59_700, 185_000, 7_800_000].map(durationText), [
    '0.4 s',
    '10 s',
    '42 s',
    '1 min 00 s',
    '3 min 05 s',
    '2 h 10 min'
  ])
})

test('crops: the picture of a track that ended is still its picture', async () => {
  const best = new BestCrops()
  const bright = frameAt(0, () => [200, 90, 30])
  await best.observe(bright, trackRows({ id: 1, box: [0.3, 0.2, 0.2, 0.5] }), [])
  await best.observe(
    frameAt(40, () => [0, 0, 0]),
    trackRows({ id: 2, box: [0.6, 0.2, 0.2, 0.5] }),
    [1]
  )
  const [crop] = await best.result()
  const middle = crop!.picture.data.subarray(
    (crop!.picture.data.length >> 3) * 4,
    (crop!.picture.data.length >> 3) * 4 + 3
  )
  for (const [channel, value] of [200, 90, 30].entries()) strictEqual(Math.abs(middle[channel]! - value) < 6, true)
})
