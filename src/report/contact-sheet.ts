import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import type { TrackCrop } from './best-crops.ts'
import { font } from './font.ts'
import { colourOf } from './palette.ts'
import { canvasOf } from './picture.ts'
import { clockText, durationText } from './time-text.ts'

export interface ContactSheetOptions {
  /** Heading: what was analysed. */
  readonly title: string
  /** Class names by class id. */
  readonly labels: readonly string[]
  /** All tracks there were: the sheet says so when it cannot show them all. */
  readonly tracks: number
}

const picture = { width: 128, height: 192 }
const tile = { width: picture.width + 16, height: picture.height + 64, gap: 14 }
const margin = 28
const headerPx = 64
const maxColumns = 10
/** The width of a heading with few tiles under it. */
const minWidth = 4 * tile.width + 3 * tile.gap + 2 * margin

const background = '#0f141b'
const card = '#1a212b'
const well = '#0a0e13'
const strong = '#f3f6fa'
const weak = '#93a1b3'

/** `contact-sheet.jpg`: a tile for each track with its picture, colour, name, first appearance and duration. */
export async function contactSheet(crops: readonly TrackCrop[], options: ContactSheetOptions): Promise<Buffer> {
  const columns = columnsFor(crops.length)
  const rows = Math.max(1, Math.ceil(crops.length / columns))
  const width = Math.max(minWidth, columns * (tile.width + tile.gap) - tile.gap + 2 * margin)
  const height = headerPx + rows * (tile.height + tile.gap) - tile.gap + 2 * margin
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = background
  context.fillRect(0, 0, width, height)
  drawHeader(context, width, crops.length, options)
  crops.forEach((crop, index) => {
    const left = margin + (index % columns) * (tile.width + tile.gap)
    const top = margin + headerPx + Math.floor(index / columns) * (tile.height + tile.gap)
    drawTile(context, left, top, crop, options.labels[crop.classId] ?? `class-${crop.classId}`)
  })
  if (crops.length === 0) {
    context.fillStyle = weak
    context.font = font(18, 500)
    context.textAlign = 'center'
    context.fillText('Nothing was tracked.', width / 2, headerPx + margin + tile.height / 2)
  }
  return canvas.encode('jpeg', 90)
}

/** Wider than high, up to ten tiles a row; few tiles stand in one row. */
function columnsFor(count: number): number {
  return Math.min(maxColumns, Math.max(1, count <= 6 ? count : Math.ceil(Math.sqrt(count * 3))))
}

function drawHeader(
  context: SKRSContext2D,
  width: number,
  shown: number,
  { title, tracks }: ContactSheetOptions
): void {
  const room = width - 2 * margin
  context.textBaseline = 'alphabetic'
  context.textAlign = 'left'
  context.fillStyle = strong
  context.font = font(24, 700)
  context.fillText(shortened(context, title, room), margin, margin + 22)
  context.fillStyle = weak
  context.font = font(15, 500)
  const noun = tracks === 1 ? 'track' : 'tracks'
  const note = shown < tracks ? `${tracks} ${noun}, the ${shown} seen longest are shown` : `${tracks} ${noun}`
  context.fillText(note, margin, margin + 47)
}

function drawTile(context: SKRSContext2D, left: number, top: number, crop: TrackCrop, label: string): void {
  const colour = colourOf(crop.trackId)
  context.save()
  context.beginPath()
  context.roundRect(left, top, tile.width, tile.height, 10)
  context.fillStyle = card
  context.fill()
  drawCrop(context, left + 8, top + 8, crop)

  const textLeft = left + 10
  const room = tile.width - 20
  const nameTop = top + picture.height + 16
  context.font = font(13, 700)
  const id = String(crop.trackId)
  const idWidth = Math.max(22, context.measureText(id).width + 12)
  context.beginPath()
  context.roundRect(textLeft, nameTop, idWidth, 20, 6)
  context.fillStyle = colour.fill
  context.fill()
  context.fillStyle = colour.text
  context.textAlign = 'center'
  context.textBaseline = 'alphabetic'
  context.fillText(id, textLeft + idWidth / 2, nameTop + 14.5)
  context.textAlign = 'left'
  context.fillStyle = strong
  context.font = font(14, 600)
  context.fillText(shortened(context, label, room - idWidth - 8), textLeft + idWidth + 8, nameTop + 15)
  context.fillStyle = weak
  context.font = font(12, 500)
  const times = `${clockText(crop.firstMs)}  ·  ${durationText(crop.lastMs - crop.firstMs)}`
  context.fillText(shortened(context, times, room), textLeft, nameTop + 38)
  context.restore()
}

/** What a tall crop loses of its height goes to this part from the top, where heads are; the rest from the bottom. */
const lostAtTop = 0.25

/** Fills the frame; a crop of another shape loses at most a sixth of its length and otherwise stands on itself, dark and blurred. */
function drawCrop(context: SKRSContext2D, left: number, top: number, crop: TrackCrop): void {
  const { width, height } = crop.picture
  const whole = Math.min(picture.width / width, picture.height / height)
  const filling = Math.max(picture.width / width, picture.height / height)
  const scale = Math.min(filling, whole * 1.2)
  context.save()
  context.beginPath()
  context.roundRect(left, top, picture.width, picture.height, 6)
  context.fillStyle = well
  context.fill()
  context.clip()
  context.imageSmoothingEnabled = true
  context.imageSmoothingQuality = 'high'
  const { canvas } = canvasOf(crop.picture)
  const drawAt = (size: number) => {
    const spare = picture.height - height * size
    const x = left + (picture.width - width * size) / 2
    const y = top + spare * (spare < 0 ? lostAtTop : 0.5)
    context.drawImage(canvas, x, y, width * size, height * size)
  }
  if (scale < filling) {
    context.filter = 'blur(10px) brightness(45%)'
    drawAt(filling * 1.15)
    context.filter = 'none'
  }
  drawAt(scale)
  context.restore()
  context.fillStyle = colourOf(crop.trackId).fill
  context.beginPath()
  context.roundRect(left, top + picture.height - 3, picture.width, 3, 1.5)
  context.fill()
}

/** The text, cut with an ellipsis to the room there is. */
function shortened(context: SKRSContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text
  const letters = [...text]
  while (letters.length > 1 && context.measureText(`${letters.join('')}…`).width > room) letters.pop()
  return `${letters.join('')}…`
}
