import { createCanvas, ImageData, type SKRSContext2D } from '@napi-rs/canvas'
import type { RgbaPicture } from '../media/frame.ts'
import { heatColour, heatColours } from './colour-map.ts'
import { font } from './font.ts'
import { type HeatField, type HeatQuantity, heatField, type PresenceGrid } from './heat-field.ts'
import { glass } from './label-pill.ts'
import { overlaySizes } from './overlay-scene.ts'
import { canvasOf } from './picture.ts'

export interface HeatmapOptions {
  /** Default `amount`. */
  readonly quantity?: HeatQuantity
  /** What is shown. Default `Presence`. */
  readonly title?: string
  /** Says the scale's upper end from a number in the grid's unit, such as `12 s`. Default: `more`. */
  readonly describe?: (peak: number) => string
}

/** Columns of the field that is painted; the canvas scales it up smoothly from there. */
const fieldWidth = 480
/** Below this place on the scale of colours nothing is painted; full strength is reached at `opaqueAt`. */
const visibleFrom = 0.06
const opaqueAt = 0.55
const strongest = 0.86

/** `heatmap.png`: where things were, over a frame of the video, with a scale. A grid of zeros leaves the frame plain. */
export async function heatmapPicture(
  frame: RgbaPicture,
  grid: PresenceGrid,
  options: HeatmapOptions = {}
): Promise<Buffer> {
  const { width, height } = frame
  const { canvas, context } = canvasOf(frame)
  // The frame steps back: the heat has to be the brightest thing in the picture.
  context.fillStyle = '#0b0f1459'
  context.fillRect(0, 0, width, height)
  const field = heatField(
    grid,
    options.quantity ?? 'amount',
    fieldWidth,
    Math.max(1, Math.round((fieldWidth * height) / width))
  )
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  context.drawImage(paintedField(field), 0, 0, width, height)
  drawScale(context, width, height, options, field)
  return canvas.encode('png')
}

function paintedField({ width, height, values }: HeatField) {
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!
    // The square root opens up the lower half, where most of the picture is.
    const shown = Math.sqrt(value)
    const colour = Math.round(shown * 255) * 3
    const strength = Math.min(1, Math.max(0, (shown - visibleFrom) / (opaqueAt - visibleFrom)))
    pixels[at * 4] = heatColours[colour]!
    pixels[at * 4 + 1] = heatColours[colour + 1]!
    pixels[at * 4 + 2] = heatColours[colour + 2]!
    pixels[at * 4 + 3] = Math.round(255 * strongest * strength * (2 - strength))
  }
  const canvas = createCanvas(width, height)
  canvas.getContext('2d').putImageData(new ImageData(pixels, width, height), 0, 0)
  return canvas
}

function drawScale(
  context: SKRSContext2D,
  width: number,
  height: number,
  options: HeatmapOptions,
  field: HeatField
): void {
  const { fontPx } = overlaySizes(width, height)
  const margin = Math.round(fontPx * 0.8)
  const padding = Math.round(fontPx * 0.7)
  const panelWidth = Math.min(width - 2 * margin, fontPx * 13)
  const panelHeight = Math.round(fontPx * 4.1)
  const left = width - margin - panelWidth
  const top = height - margin - panelHeight
  context.fillStyle = glass
  context.beginPath()
  context.roundRect(left, top, panelWidth, panelHeight, fontPx * 0.5)
  context.fill()

  const barLeft = left + padding
  const barWidth = panelWidth - 2 * padding
  const gradient = context.createLinearGradient(barLeft, 0, barLeft + barWidth, 0)
  // The bar is linear in the value, so it bends the colours as the field does.
  for (let stop = 0; stop <= 16; stop++) gradient.addColorStop(stop / 16, heatColour(Math.sqrt(stop / 16)))
  context.fillStyle = gradient
  context.beginPath()
  context.roundRect(barLeft, top + fontPx * 1.95, barWidth, fontPx * 0.55, fontPx * 0.27)
  context.fill()

  context.textBaseline = 'alphabetic'
  context.fillStyle = '#ffffff'
  context.textAlign = 'left'
  context.font = font(fontPx, 600)
  context.fillText(options.title ?? 'Presence', barLeft, top + fontPx * 1.4, barWidth)
  context.font = font(fontPx * 0.85, 500)
  context.fillStyle = '#ffffffcc'
  context.fillText('0', barLeft, top + fontPx * 3.55)
  context.textAlign = 'right'
  context.fillText(scaleEnd(field, options), barLeft + barWidth, top + fontPx * 3.55)
}

/** What the scale's upper end is called. */
export function scaleEnd({ peak, isCut }: HeatField, { describe }: HeatmapOptions): string {
  if (peak === 0) return 'nothing seen'
  if (!describe) return 'more'
  return isCut ? `${describe(peak)} or more` : describe(peak)
}
