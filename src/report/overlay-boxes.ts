import type { SKRSContext2D } from '@napi-rs/canvas'
import { type Area, clampInto, overlaps, pill, type TextRun } from './label-pill.ts'
import type { OverlayBox, OverlaySizes } from './overlay-scene.ts'
import { colourOf, withAlpha } from './palette.ts'

const shade = '#00000073'

/** Boxes first, then their labels, so that no box crosses a label. `taken`: areas that labels keep out of. */
export function drawBoxes(
  context: SKRSContext2D,
  sizes: OverlaySizes,
  boxes: readonly OverlayBox[],
  taken: Area[]
): void {
  // Nearer objects reach further down: they are drawn last, over those behind them.
  const ordered = [...boxes].sort((a, b) => a.box.y + a.box.h - (b.box.y + b.box.h))
  for (const box of ordered) drawFrame(context, sizes, box)
  for (const box of ordered) drawLandmarks(context, sizes, box)
  for (const box of ordered.reverse()) drawLabel(context, sizes, box, taken)
}

function drawFrame(context: SKRSContext2D, sizes: OverlaySizes, { box, colourId, observed = true }: OverlayBox): void {
  const { left, top, width, height } = visibleArea(box, sizes)
  if (width <= 0 || height <= 0) return
  const { fill } = colourOf(colourId)
  const stroke = sizes.strokePx
  const radius = Math.min(stroke * 2.5, width / 4, height / 4)
  const outline = () => {
    context.beginPath()
    context.roundRect(left, top, width, height, radius)
  }
  outline()
  context.fillStyle = withAlpha(fill, observed ? 0.07 : 0.04)
  context.fill()
  context.lineJoin = 'round'
  context.lineCap = 'round'
  context.strokeStyle = shade
  context.lineWidth = stroke + 2
  context.stroke()
  context.setLineDash(observed ? [] : [stroke * 4, stroke * 4])
  context.strokeStyle = withAlpha(fill, observed ? 1 : 0.8)
  context.lineWidth = stroke
  outline()
  context.stroke()
  context.setLineDash([])
  if (observed) drawCorners(context, { left, top, width, height }, fill, stroke)
}

function drawCorners(context: SKRSContext2D, { left, top, width, height }: Area, colour: string, stroke: number): void {
  const arm = Math.min(stroke * 9, width / 3.2, height / 3.2)
  const radius = Math.min(stroke * 2.5, arm)
  const right = left + width
  const bottom = top + height
  context.strokeStyle = colour
  context.lineWidth = stroke * 2.1
  context.beginPath()
  for (const [x, y, toX, toY] of [
    [left, top, 1, 1],
    [right, top, -1, 1],
    [right, bottom, -1, -1],
    [left, bottom, 1, -1]
  ] as const) {
    context.moveTo(x, y + toY * arm)
    context.arcTo(x, y, x + toX * arm, y, radius)
    context.lineTo(x + toX * arm, y)
  }
  context.stroke()
}

function drawLandmarks(context: SKRSContext2D, sizes: OverlaySizes, { landmarks = [], colourId }: OverlayBox): void {
  for (const [x, y] of landmarks) {
    context.beginPath()
    context.arc(x * sizes.width, y * sizes.height, sizes.strokePx * 1.6, 0, Math.PI * 2)
    context.fillStyle = colourOf(colourId).fill
    context.strokeStyle = shade
    context.lineWidth = sizes.strokePx * 0.8
    context.fill()
    context.stroke()
  }
}

/** Above the box; where another label is in the way: inside, below, at the right. */
function drawLabel(context: SKRSContext2D, sizes: OverlaySizes, box: OverlayBox, taken: Area[]): void {
  const visible = visibleArea(box.box, sizes)
  if (visible.width <= 0 || visible.height <= 0) return
  const { fill, text } = colourOf(box.colourId)
  const runs: TextRun[] = [{ text: box.label, weight: 500, colour: text }]
  if (box.detail !== undefined) runs.push({ text: box.detail, weight: 700, colour: text })
  const label = pill(context, runs, { fontPx: sizes.fontPx, background: fill })
  const edge = sizes.strokePx
  const left = visible.left - edge
  const above = visible.top - label.height - edge * 0.5
  const places = [
    { left, top: above },
    { left: visible.left + edge * 2, top: visible.top + edge * 2 },
    { left, top: visible.top + visible.height + edge },
    { left: visible.left + visible.width, top: visible.top },
    { left, top: above - label.height }
  ]
  const areas = places.map(place => ({ ...place, width: label.width, height: label.height }))
  const free = areas.find(area => isWithin(area, sizes) && !taken.some(other => overlaps(area, other)))
  const area = free ?? clampInto(areas[0]!, sizes.width, sizes.height)
  taken.push(area)
  label.draw(area.left, area.top)
}

/** The part of a box within the picture, in pixels; its sides lie so that a stroke covers whole pixels. */
function visibleArea({ x, y, w, h }: OverlayBox['box'], { width, height, strokePx }: OverlaySizes): Area {
  const inset = strokePx
  const crisp = (value: number) => Math.round(value) + (strokePx % 2) / 2
  const left = Math.max(inset, crisp(x * width))
  const top = Math.max(inset, crisp(y * height))
  return {
    left,
    top,
    width: Math.min(width - inset, crisp((x + w) * width)) - left,
    height: Math.min(height - inset, crisp((y + h) * height)) - top
  }
}

function isWithin({ left, top, width, height }: Area, sizes: OverlaySizes): boolean {
  return left >= -sizes.strokePx && top >= 0 && left + width <= sizes.width && top + height <= sizes.height
}
