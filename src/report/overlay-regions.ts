import type { SKRSContext2D } from '@napi-rs/canvas'
import type { Point } from '../contract/geometry.ts'
import { type Area, clampInto, glass, pill, type TextRun } from './label-pill.ts'
import type { OverlayLine, OverlaySizes, OverlayZone } from './overlay-scene.ts'
import { withAlpha } from './palette.ts'

/** Zones and lines have colours of their own, in the order they were given. */
const zoneColours = ['#2dd4bf', '#fbbf24', '#f472b6', '#a3e635'] as const
const lineColour = '#ffffff'
const inColour = '#4ade80'
const outColour = '#fb923c'
const white = '#ffffff'
const grey = '#ffffffb3'

/** Zones as tinted areas, stronger while somebody is inside. */
export function drawZones(context: SKRSContext2D, sizes: OverlaySizes, zones: readonly OverlayZone[]): void {
  zones.forEach((zone, index) => {
    if (zone.points.length < 3) return
    const colour = zoneColours[index % zoneColours.length]!
    tracePath(context, sizes, zone.points)
    context.closePath()
    context.fillStyle = withAlpha(colour, zone.occupancy ? 0.2 : 0.12)
    context.fill()
    context.lineJoin = 'round'
    context.strokeStyle = '#00000059'
    context.lineWidth = sizes.strokePx + 2
    context.stroke()
    context.strokeStyle = withAlpha(colour, 0.95)
    context.lineWidth = sizes.strokePx
    context.stroke()
  })
}

/** Lines with an arrow to the side that counts as `in`: the right hand of someone walking from first to last point. */
export function drawLines(context: SKRSContext2D, sizes: OverlaySizes, lines: readonly OverlayLine[]): void {
  for (const { points } of lines) {
    if (points.length < 2) continue
    context.lineCap = 'round'
    context.lineJoin = 'round'
    tracePath(context, sizes, points)
    context.strokeStyle = '#000000a6'
    context.lineWidth = sizes.strokePx * 2.6
    context.stroke()
    context.strokeStyle = lineColour
    context.lineWidth = sizes.strokePx * 1.3
    context.stroke()
    for (const [x, y] of [points[0]!, points.at(-1)!]) {
      context.beginPath()
      context.arc(x * sizes.width, y * sizes.height, sizes.strokePx * 2.4, 0, Math.PI * 2)
      context.fillStyle = lineColour
      context.strokeStyle = '#000000a6'
      context.lineWidth = sizes.strokePx * 0.8
      context.fill()
      context.stroke()
    }
    drawArrow(context, sizes, points)
  }
}

/** Names and numbers; drawn after the boxes' frames so that they stay readable. Adds their areas to `taken`. */
export function drawRegionLabels(
  context: SKRSContext2D,
  sizes: OverlaySizes,
  zones: readonly OverlayZone[],
  lines: readonly OverlayLine[],
  taken: Area[]
): void {
  const place = (runs: readonly TextRun[], dot: string | undefined, x: number, y: number) => {
    const label = pill(context, runs, { fontPx: sizes.fontPx, background: glass, dot })
    const wanted = { left: x - label.width / 2, top: y - label.height / 2, width: label.width, height: label.height }
    const area = clampInto(wanted, sizes.width, sizes.height)
    taken.push(area)
    label.draw(area.left, area.top)
  }
  zones.forEach((zone, index) => {
    if (zone.points.length < 3) return
    const runs: TextRun[] = [{ text: zone.name, weight: 500, colour: white }]
    if (zone.occupancy !== undefined) runs.push({ text: String(zone.occupancy), weight: 700, colour: white })
    const top = zone.points.reduce((highest, point) => (point[1] < highest[1] ? point : highest))
    const middle = zone.points.reduce((sum, point) => sum + point[0], 0) / zone.points.length
    place(runs, zoneColours[index % zoneColours.length]!, middle * sizes.width, top[1] * sizes.height)
  })
  for (const line of lines) {
    if (line.points.length < 2) continue
    const runs: TextRun[] = [{ text: line.name, weight: 500, colour: white }]
    if (line.in !== undefined)
      runs.push({ text: 'in', weight: 500, colour: grey }, { text: String(line.in), weight: 700, colour: inColour })
    if (line.out !== undefined)
      runs.push({ text: 'out', weight: 500, colour: grey }, { text: String(line.out), weight: 700, colour: outColour })
    // Beside the first point, away from the arrow in the middle.
    const [x, y] = line.points[0]!
    place(runs, undefined, x * sizes.width, y * sizes.height - sizes.fontPx * 1.5)
  }
}

function drawArrow(context: SKRSContext2D, sizes: OverlaySizes, points: readonly Point[]): void {
  const segment = Math.floor((points.length - 1) / 2)
  const [fromX, fromY] = [points[segment]![0] * sizes.width, points[segment]![1] * sizes.height]
  const [toX, toY] = [points[segment + 1]![0] * sizes.width, points[segment + 1]![1] * sizes.height]
  const length = Math.hypot(toX - fromX, toY - fromY)
  if (length === 0) return
  // Right of the walking direction, with y pointing down.
  const [rightX, rightY] = [-(toY - fromY) / length, (toX - fromX) / length]
  const [alongX, alongY] = [rightY, -rightX]
  const size = sizes.strokePx * 4.5
  const [x, y] = [(fromX + toX) / 2, (fromY + toY) / 2]
  const at = (right: number, along: number): [number, number] => [
    x + rightX * size * right + alongX * size * along,
    y + rightY * size * right + alongY * size * along
  ]
  context.beginPath()
  context.moveTo(...at(2.6, 0))
  context.lineTo(...at(0.6, 1.15))
  context.lineTo(...at(0.6, -1.15))
  context.closePath()
  context.lineJoin = 'round'
  context.strokeStyle = '#000000a6'
  context.lineWidth = sizes.strokePx * 1.6
  context.stroke()
  context.fillStyle = inColour
  context.fill()
}

function tracePath(context: SKRSContext2D, sizes: OverlaySizes, points: readonly Point[]): void {
  context.beginPath()
  points.forEach(([x, y], index) => {
    if (index === 0) context.moveTo(x * sizes.width, y * sizes.height)
    else context.lineTo(x * sizes.width, y * sizes.height)
  })
}
