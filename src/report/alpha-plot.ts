import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import type { HotaMeans } from '../evaluation/scorecard.ts'
import { font } from './font.ts'

export interface AlphaPlotOptions {
  /** Heading: whose results these are. */
  readonly title: string
  /** What they were scored on. */
  readonly subtitle: string
}

const width = 1200
const height = 760
/** The square from 0 to 1 in both directions. */
const area = { left: 92, top: 128, right: 1000, bottom: 672 }

const background = '#0f141b'
const gridColour = '#222b36'
const strong = '#f3f6fa'
const weak = '#93a1b3'

/** Colours of the palette that also differ most in lightness; HOTA is the one to look at. */
const curves = [
  { name: 'HOTA', colour: '#35c4fc', lineWidth: 5 },
  { name: 'DetA', colour: '#efca9f', lineWidth: 3 },
  { name: 'AssA', colour: '#db3e98', lineWidth: 3 }
] as const

/** HOTA, DetA and AssA over the overlap that a match needs, each named at its end with its mean, as a PNG. */
export async function alphaPlot(scores: HotaMeans, { title, subtitle }: AlphaPlotOptions): Promise<Buffer> {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = background
  context.fillRect(0, 0, width, height)
  context.textBaseline = 'alphabetic'
  text(context, title, area.left, 58, font(30, 700), strong)
  text(context, subtitle, area.left, 90, font(18, 500), weak)
  drawAxes(context)
  for (const { name, colour, lineWidth } of curves.toReversed()) {
    drawCurve(context, scores.perAlpha.alpha, scores.perAlpha[name], colour, lineWidth)
  }
  drawNames(context, scores)
  return canvas.encode('png')
}

function drawAxes(context: SKRSContext2D): void {
  context.lineWidth = 1
  context.strokeStyle = gridColour
  for (let step = 0; step <= 5; step++) {
    const value = step / 5
    const x = Math.round(xOf(value)) + 0.5
    const y = Math.round(yOf(value)) + 0.5
    line(context, area.left, y, area.right, y)
    line(context, x, area.top, x, area.bottom)
    text(context, String(value * 100), area.left - 14, y + 6, font(16, 500), weak, 'right')
    text(context, value.toFixed(1), x, area.bottom + 30, font(16, 500), weak, 'center')
  }
  text(context, '%', area.left - 14, area.top - 18, font(16, 500), weak, 'right')
  const middle = (area.left + area.right) / 2
  text(context, 'overlap that a match needs (α)', middle, area.bottom + 62, font(17, 500), weak, 'center')
}

function drawCurve(
  context: SKRSContext2D,
  alphas: readonly number[],
  values: readonly number[],
  colour: string,
  lineWidth: number
): void {
  context.strokeStyle = colour
  context.lineWidth = lineWidth
  context.lineJoin = 'round'
  context.lineCap = 'round'
  context.beginPath()
  for (const [index, alpha] of alphas.entries()) context.lineTo(xOf(alpha), yOf(values[index]!))
  context.stroke()
}

/** At the right, in the order of the means, where the ends of the curves would lie on one another. */
function drawNames(context: SKRSContext2D, scores: HotaMeans): void {
  const named = curves.map(curve => ({ ...curve, mean: scores[curve.name] })).sort((a, b) => b.mean - a.mean)
  for (const [index, { name, colour, mean }] of named.entries()) {
    const top = area.top + 8 + index * 74
    context.fillStyle = colour
    context.beginPath()
    context.roundRect(area.right + 28, top, 5, 46, 2.5)
    context.fill()
    text(context, name, area.right + 46, top + 17, font(18, 600), strong)
    text(context, `${(mean * 100).toFixed(1)} %`, area.right + 46, top + 43, font(22, 700), strong)
  }
}

function text(
  context: SKRSContext2D,
  content: string,
  x: number,
  y: number,
  typeface: string,
  colour: string,
  align: 'left' | 'right' | 'center' = 'left'
): void {
  context.font = typeface
  context.fillStyle = colour
  context.textAlign = align
  context.fillText(content, x, y)
}

function line(context: SKRSContext2D, fromX: number, fromY: number, toX: number, toY: number): void {
  context.beginPath()
  context.moveTo(fromX, fromY)
  context.lineTo(toX, toY)
  context.stroke()
}

function xOf(alpha: number): number {
  return area.left + alpha * (area.right - area.left)
}

function yOf(value: number): number {
  return area.bottom - value * (area.bottom - area.top)
}
