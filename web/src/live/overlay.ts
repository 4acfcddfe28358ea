import type { StateMessage } from '../../../src/contract/live.ts'
import type { DrawnBox } from './box-track.ts'
import { type NameTag, NameTags } from './name-tags.ts'
import { trackColour } from './track-colour.ts'

/** What is drawn over a picture, beside its boxes. */
export interface DrawnRegions extends Pick<StateMessage, 'lines' | 'zones' | 'titles'> {
  /** What is written beside a line, by its name: `in 3 · out 1`. */
  readonly lineNotes?: Readonly<Record<string, string>>
}

interface Place {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

type Points = readonly (readonly [number, number])[]

/** Where somebody has been, the oldest first. */
export interface DrawnTrail {
  /** Of the track; left out for a way that many take. */
  readonly id?: number
  readonly points: Points
}

/** What is drawn, and what is left out. */
export interface Layers {
  readonly boxes: boolean
  /** Where everybody in the picture has been a moment ago. */
  readonly trails: boolean
  /** Lines and zones. */
  readonly regions: boolean
}
export const usualLayers: Layers = { boxes: true, trails: false, regions: true }

const lineColour = '#fde047'
const zoneColour = '#60a5fa'
const pathColour = '#5eead4'
const labelPx = 12
const usualFamily = '"Inter", system-ui, sans-serif'
const tagHeight = 18
/** Of a long title so much is drawn, so that it hides little; what was counted stands at its end. */
const mostLetters = 48
const tags = new NameTags(painted)
/** Names are written in the page's letters (`--font`): others would be fetched for them alone, by phones too. */
let family: string | undefined
const forgetLetters = () => {
  family = undefined
  tags.forget()
}

/** Draws boxes, lines and zones on a canvas that lies over a picture. Sizes are CSS pixels, sharp at any density. */
export class Overlay {
  readonly #canvas: HTMLCanvasElement
  readonly #picture: () => { readonly width: number; readonly height: number }
  readonly #watcher: ResizeObserver
  #size = { width: 0, height: 0 }
  #isClear = true

  /** `picture`: how large the picture is that lies below, fitted into the same place. */
  constructor(canvas: HTMLCanvasElement, picture: () => { readonly width: number; readonly height: number }) {
    this.#canvas = canvas
    this.#picture = picture
    this.#watcher = new ResizeObserver(([entry]) => {
      const { width, height } = entry?.contentRect ?? { width: 0, height: 0 }
      this.#size = { width, height }
    })
    this.#watcher.observe(canvas)
    // One listener, however many overlays there are.
    document.fonts.addEventListener('loadingdone', forgetLetters)
  }

  draw(
    boxes: readonly DrawnBox[],
    { lines = {}, zones = {}, titles = {}, lineNotes = {} }: DrawnRegions,
    trails: readonly DrawnTrail[] = []
  ): void {
    const isNothing = [boxes, trails, Object.keys(lines), Object.keys(zones)].every(({ length }) => length === 0)
    // A canvas that was touched is put together with the page anew.
    if (isNothing && this.#isClear) return
    this.#isClear = isNothing
    const context = this.#prepared()
    const place = this.#place()
    if (!context || !place) return
    for (const [name, points] of Object.entries(zones)) drawZone(context, place, titles[`zone.${name}`] ?? name, points)
    for (const [name, points] of Object.entries(lines))
      drawLine(context, place, points, lineNotes[name] ?? titles[`line.${name}`] ?? name)
    for (const { id, points } of trails)
      drawTrail(context, place, id === undefined ? pathColour : trackColour(id).fill, points)
    for (const box of boxes) drawBox(context, place, box)
    context.globalAlpha = 1
  }

  close(): void {
    this.#watcher.disconnect()
  }

  #prepared(): CanvasRenderingContext2D | null {
    const { width, height } = this.#size
    const density = devicePixelRatio || 1
    const [wide, high] = [Math.round(width * density), Math.round(height * density)]
    if (this.#canvas.width !== wide) this.#canvas.width = wide
    if (this.#canvas.height !== high) this.#canvas.height = high
    const context = this.#canvas.getContext('2d')
    // All of it, to the last pixel: else what was there is copied first, since the page may still show it.
    context?.setTransform(1, 0, 0, 1, 0, 0)
    context?.clearRect(0, 0, wide, high)
    context?.setTransform(density, 0, 0, density, 0, 0)
    return context
  }

  /** Where the picture is within the canvas: as large as fits, in the middle (`object-fit: contain`). */
  #place(): Place | undefined {
    const picture = this.#picture()
    const { width, height } = this.#size
    if (!(picture.width > 0 && picture.height > 0 && width > 0 && height > 0)) return undefined
    const scale = Math.min(width / picture.width, height / picture.height)
    const [wide, high] = [picture.width * scale, picture.height * scale]
    return { left: (width - wide) / 2, top: (height - high) / 2, width: wide, height: high }
  }
}

function at({ left, top, width, height }: Place, [x, y]: readonly [number, number]): [number, number] {
  return [left + x * width, top + y * height]
}

function drawBox(context: CanvasRenderingContext2D, place: Place, { id, label, x, y, w, h, opacity }: DrawnBox): void {
  const { fill, text } = trackColour(id)
  const [left, top] = at(place, [Math.max(0, x), Math.max(0, y)])
  const [right, bottom] = at(place, [Math.min(1, x + w), Math.min(1, y + h)])
  if (right <= left || bottom <= top) return
  context.globalAlpha = opacity
  context.lineWidth = 2
  context.strokeStyle = fill
  context.beginPath()
  context.roundRect(left, top, right - left, bottom - top, 4)
  context.stroke()
  write(context, place, `${label} ${id}`.trim(), left - 1, top - 11 < place.top ? top + 11 : top - 11, fill, text)
}

function drawTrail(context: CanvasRenderingContext2D, place: Place, colour: string, points: Points): void {
  if (points.length < 2) return
  trace(context, place, points)
  context.globalAlpha = 0.8
  context.lineWidth = 2.5
  context.lineCap = context.lineJoin = 'round'
  context.strokeStyle = colour
  context.stroke()
}

function drawZone(context: CanvasRenderingContext2D, place: Place, name: string, points: Points): void {
  if (points.length < 3) return
  trace(context, place, points)
  context.closePath()
  context.globalAlpha = 0.12
  context.fillStyle = zoneColour
  context.fill()
  context.globalAlpha = 0.9
  context.lineWidth = 1.5
  context.strokeStyle = zoneColour
  context.setLineDash([6, 4])
  context.stroke()
  context.setLineDash([])
  // In the corner at the bottom left: there it hides the least.
  const [bottom, left] = [Math.max(...points.map(([, y]) => y)), Math.min(...points.map(([x]) => x))]
  const [labelLeft, labelBottom] = at(place, [left, bottom])
  write(context, place, name, labelLeft + 10, labelBottom - 13, 'rgb(11 18 32 / 72%)', '#bfdbfe')
}

/** With an arrow to the side that counts as `in`: the right of someone who walks from the first point to the last. */
function drawLine(context: CanvasRenderingContext2D, place: Place, points: Points, note: string): void {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last || points.length < 2) return
  trace(context, place, points)
  context.globalAlpha = 1
  context.lineWidth = 3
  context.lineCap = 'round'
  context.strokeStyle = lineColour
  context.stroke()
  const [[ax, ay], [bx, by]] = [at(place, first), at(place, last)]
  const long = Math.hypot(bx - ax, by - ay) || 1
  const [aside, down] = [-(by - ay) / long, (bx - ax) / long]
  const [mx, my] = [(ax + bx) / 2, (ay + by) / 2]
  context.beginPath()
  context.moveTo(mx, my)
  context.lineTo(mx + aside * 14, my + down * 14)
  context.lineTo(mx + aside * 9 - down * 4, my + down * 9 + aside * 4)
  context.moveTo(mx + aside * 14, my + down * 14)
  context.lineTo(mx + aside * 9 + down * 4, my + down * 9 - aside * 4)
  context.lineWidth = 2
  context.stroke()
  write(context, place, note, Math.max(ax, bx) + 8, my, 'rgb(11 18 32 / 80%)', lineColour)
}

function trace(context: CanvasRenderingContext2D, place: Place, points: Points): void {
  context.beginPath()
  for (const [index, point] of points.entries()) {
    if (index === 0) context.moveTo(...at(place, point))
    else context.lineTo(...at(place, point))
  }
}

/** A pill with text, its left edge at `left` where it has room there, its middle at `middle`. */
function write(
  context: CanvasRenderingContext2D,
  place: Place,
  text: string,
  wantedLeft: number,
  middle: number,
  fill: string,
  colour: string
): void {
  const density = devicePixelRatio || 1
  const picture = tags.picture({ text, fill, colour }, density)
  const [width, height] = [picture.width / density, picture.height / density]
  const left = Math.max(place.left, Math.min(wantedLeft, place.left + place.width - width))
  // On whole pixels of the device: letters between two would be blurred.
  const sharp = (css: number) => Math.round(css * density) / density
  context.drawImage(picture, sharp(left), sharp(middle - height / 2), width, height)
}

function font(): string {
  family ??= getComputedStyle(document.documentElement).getPropertyValue('--font').trim() || usualFamily
  return `600 ${labelPx}px ${family}`
}

function painted({ text, fill, colour }: NameTag, density: number): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (!context) return canvas
  context.font = font()
  const letters = [...text]
  const shown = letters.length > mostLetters ? [...letters.slice(0, 29), '…', ...letters.slice(-18)].join('') : text
  const width = Math.ceil(context.measureText(shown).width) + 10
  canvas.width = Math.ceil(width * density)
  canvas.height = Math.ceil(tagHeight * density)
  // A canvas whose size is set begins anew.
  context.scale(density, density)
  context.font = font()
  context.textBaseline = 'middle'
  context.fillStyle = fill
  context.beginPath()
  context.roundRect(0, 0, width, tagHeight, 4)
  context.fill()
  context.fillStyle = colour
  context.fillText(shown, 5, tagHeight / 2 + 0.5)
  return canvas
}
