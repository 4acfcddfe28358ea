import type { SKRSContext2D } from '@napi-rs/canvas'
import { font } from './font.ts'

/** A rectangle in pixels. */
export interface Area {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** A piece of a label in one weight and colour. */
export interface TextRun {
  readonly text: string
  readonly weight: 500 | 600 | 700
  readonly colour: string
}

/** A label that knows its size and is not drawn yet. */
export interface Pill {
  readonly width: number
  readonly height: number
  draw(left: number, top: number): void
}

export interface PillLook {
  readonly fontPx: number
  readonly background: string
  /** A dot of this colour in front. */
  readonly dot?: string
}

/** The dark glass behind text that belongs to no track. */
export const glass = '#0b0f14cc'

/** Sets the runs, a gap between them, on a rounded background. */
export function pill(context: SKRSContext2D, runs: readonly TextRun[], look: PillLook): Pill {
  const { fontPx } = look
  const gap = fontPx * 0.38
  const padding = fontPx * 0.5
  const dotWidth = look.dot === undefined ? 0 : fontPx * 0.55 + gap
  const widths = runs.map(run => textWidth(context, run, fontPx))
  const height = Math.round(fontPx * 1.5)
  const width = Math.ceil(
    padding * 2 + dotWidth + widths.reduce((sum, each) => sum + each, 0) + gap * (runs.length - 1)
  )
  return {
    width,
    height,
    draw(left, top) {
      context.fillStyle = look.background
      context.beginPath()
      context.roundRect(left, top, width, height, fontPx * 0.32)
      context.fill()
      let x = left + padding
      if (look.dot !== undefined) {
        context.fillStyle = look.dot
        context.beginPath()
        context.arc(x + fontPx * 0.275, top + height / 2, fontPx * 0.275, 0, Math.PI * 2)
        context.fill()
        x += dotWidth
      }
      // Capitals and digits, not the whole line box, stand in the middle.
      const baseline = top + height / 2 + fontPx * 0.36
      runs.forEach((run, index) => {
        context.font = font(fontPx, run.weight)
        context.fillStyle = run.colour
        context.textAlign = 'left'
        context.textBaseline = 'alphabetic'
        context.fillText(run.text, x, baseline)
        x += widths[index]! + gap
      })
    }
  }
}

/** Moves an area into the picture, as far as it fits. */
export function clampInto(area: Area, width: number, height: number): Area {
  return {
    ...area,
    left: Math.max(0, Math.min(area.left, width - area.width)),
    top: Math.max(0, Math.min(area.top, height - area.height))
  }
}

export function overlaps(a: Area, b: Area): boolean {
  return a.left < b.left + b.width && b.left < a.left + a.width && a.top < b.top + b.height && b.top < a.top + a.height
}

/** Widths by font and text: measuring costs more than drawing, and frames repeat the same words. */
const widthsByFont = new Map<string, Map<string, number>>()
const rememberedWidths = 2000

function textWidth(context: SKRSContext2D, { text, weight }: TextRun, fontPx: number): number {
  const name = font(fontPx, weight)
  let widths = widthsByFont.get(name)
  if (!widths) widthsByFont.set(name, (widths = new Map()))
  let width = widths.get(text)
  if (width === undefined) {
    if (widths.size >= rememberedWidths) widths.clear()
    context.font = name
    width = context.measureText(text).width
    widths.set(text, width)
  }
  return width
}
