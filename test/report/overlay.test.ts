import { ok, strictEqual } from 'node:assert'
import { test } from 'node:test'
import { createCanvas, GlobalFonts } from '@napi-rs/canvas'
import type { RgbaPicture } from '../../src/media/frame.ts'
import { font } from '../../src/report/font.ts'
import { drawOverlay } from '../../src/report/overlay.ts'
import type { OverlayScene } from '../../src/report/overlay-scene.ts'
import { channels, colourOf } from '../../src/report/palette.ts'
import { pictureOf } from '../../src/report/picture.ts'
import { Trails } from '../../src/report/trails.ts'
import { difference, pixelAt } from './still-frame.ts'
import { trackRows } from './track-rows.ts'

const grey = [110, 110, 110] as const

function drawn(scene: OverlayScene, width = 640, height = 360): RgbaPicture {
  const context = createCanvas(width, height).getContext('2d')
  context.fillStyle = `rgb(${grey.join()})`
  context.fillRect(0, 0, width, height)
  drawOverlay(context, width, height, scene)
  return pictureOf(context, width, height)
}

/** Pixels within a part of the picture that differ from grey. */
function inked(picture: RgbaPicture, left: number, top: number, right: number, bottom: number): number {
  let count = 0
  for (let y = Math.max(0, top); y < Math.min(picture.height, bottom); y++)
    for (let x = Math.max(0, left); x < Math.min(picture.width, right); x++)
      if (difference(pixelAt(picture, x, y), grey) > 30) count++
  return count
}

const box = { x: 0.25, y: 0.25, w: 0.25, h: 0.5 }

for (const [width, height] of [
  [320, 180],
  [640, 360],
  [1920, 1080],
  [405, 720]
] as const) {
  test(`overlay: a box has its track's colour where the box is, at ${width}×${height}`, () => {
    const picture = drawn({ boxes: [{ box, label: 'person', detail: '4', colourId: 4 }] }, width, height)
    const colour = channels(colourOf(4).fill)
    const middle = height / 2
    ok(difference(pixelAt(picture, width * 0.25, middle), colour) < 40, 'left side')
    ok(difference(pixelAt(picture, width * 0.5, middle), colour) < 40, 'right side')
    ok(difference(pixelAt(picture, width * 0.375, middle), grey) < 25, 'inside')
    strictEqual(difference(pixelAt(picture, width * 0.75, middle), grey), 0, 'elsewhere')
  })
}

test('overlay: a predicted box is dashed', () => {
  const share = (observed: boolean) => {
    const picture = drawn({ boxes: [{ box, label: '', colourId: 1, observed }] })
    const colour = channels(colourOf(1).fill)
    return Array.from({ length: 120 }, (_, at) => pixelAt(picture, 160, 120 + at)).filter(
      pixel => difference(pixel, colour) < 60
    ).length
  }
  strictEqual(share(true), 120)
  ok(share(false) > 30 && share(false) < 90, `${share(false)} of 120 pixels`)
})

test('overlay: a label stays within the picture for a box at any edge', () => {
  for (const [x, y] of [
    [-0.1, -0.1],
    [0.9, -0.1],
    [-0.1, 0.9],
    [0.9, 0.9]
  ] as const) {
    const label = drawn({ boxes: [{ box: { x, y, w: 0.2, h: 0.2 }, label: 'person', detail: '10', colourId: 10 }] })
    const fill = channels(colourOf(10).fill)
    let pixels = 0
    for (let at = 0; at < 640 * 360; at++)
      if (difference(pixelAt(label, at % 640, Math.floor(at / 640)), fill) < 12) pixels++
    ok(pixels > 500, `at ${x}, ${y}: ${pixels} pixels of label and box`)
  }
})

test('overlay: labels of boxes side by side do not cover each other', () => {
  const boxes = [1, 2].map(id => ({
    box: { ...box, x: 0.25 + id * 0.01 },
    label: 'person',
    detail: String(id),
    colourId: id
  }))
  const picture = drawn({ boxes })
  for (const id of [1, 2]) {
    const fill = channels(colourOf(id).fill)
    let pixels = 0
    for (let y = 0; y < 360; y++)
      for (let x = 0; x < 640; x++) if (difference(pixelAt(picture, x, y), fill) < 8) pixels++
    ok(pixels > 700, `label ${id} shows ${pixels} pixels`)
  }
})

test('overlay: a box of no size or outside the picture draws nothing', () => {
  const boxes = [
    { x: 2, y: 2, w: 0.5, h: 0.5 },
    { x: -1, y: 0, w: 0.5, h: 0.5 }
  ].map(outside => ({
    box: outside,
    label: 'person',
    colourId: 1
  }))
  strictEqual(inked(drawn({ boxes }), 0, 0, 640, 360), 0)
})

test('overlay: a zone is tinted inside and nowhere else, more so while somebody is in it', () => {
  const points: [number, number][] = [
    [0.5, 0.5],
    [0.9, 0.5],
    [0.9, 0.9],
    [0.5, 0.9]
  ]
  const tint = (occupancy: number) =>
    difference(pixelAt(drawn({ boxes: [], zones: [{ name: 'hall', points, occupancy }] }), 448, 280), grey)
  ok(tint(0) > 4)
  ok(tint(2) > tint(0))
  strictEqual(inked(drawn({ boxes: [], zones: [{ name: 'hall', points }] }), 0, 0, 250, 150), 0)
})

test("overlay: a line's arrow points to the right hand of who walks it, which counts as in", () => {
  const arrowSide = (points: [number, number][]) => {
    const picture = drawn({ boxes: [], lines: [{ name: 'door', points }] })
    return { above: inked(picture, 310, 160, 330, 176), below: inked(picture, 310, 184, 330, 200) }
  }
  const rightwards = arrowSide([
    [0.2, 0.5],
    [0.8, 0.5]
  ])
  ok(rightwards.below > 10 && rightwards.above === 0, JSON.stringify(rightwards))
  const leftwards = arrowSide([
    [0.8, 0.5],
    [0.2, 0.5]
  ])
  ok(leftwards.above > 10 && leftwards.below === 0, JSON.stringify(leftwards))
})

test('overlay: text is set in a typeface that comes with the program', () => {
  font(12)
  ok(GlobalFonts.has('Sightline latin'))
  const context = createCanvas(10, 10).getContext('2d')
  context.font = '600 20px "Sightline latin"'
  const own = context.measureText('person 12').width
  context.font = font(20)
  strictEqual(context.measureText('person 12').width, own)
})

test('trails: reach back as far as they are told and end with their track', () => {
  const trails = new Trails(1000)
  for (const ptsMs of [0, 500, 1000, 1500])
    trails.observe(ptsMs, trackRows({ id: 3, box: [ptsMs / 1e4, 0.2, 0.1, 0.3] }))
  strictEqual([...trails.of(3)].map(value => value.toFixed(2)).join(), '0.10,0.50,0.15,0.50,0.20,0.50')
  trails.observe(3000, trackRows())
  strictEqual(trails.of(3).length, 0)
})
