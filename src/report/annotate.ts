import { type Canvas, createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import type { TrackColumns } from '../core/columns.ts'
import type { VideoWriter } from '../media/encode.ts'
import type { VideoFrame } from '../media/frame.ts'
import { drawOverlay } from './overlay.ts'
import type { OverlayBox, OverlayLine, OverlayZone } from './overlay-scene.ts'
import { pictureOf, putPicture } from './picture.ts'
import { clockText } from './time-text.ts'
import { Trails } from './trails.ts'

export interface AnnotatedVideoOptions {
  /** Class names by class id. */
  readonly labels: readonly string[]
  /** How long a trail is, in milliseconds. Default 2,500. */
  readonly trailMs?: number
}

/** What a frame shows besides its tracks: the totals as they stand at that frame. */
export interface FrameTotals {
  readonly zones?: readonly OverlayZone[]
  readonly lines?: readonly OverlayLine[]
}

/** Labels named in the status chip; more would cover the picture. */
const statusLabels = 4

/** Draws tracks over frames and gives them to a video writer, one after the other. The writer stays the caller's to finish. */
export class AnnotatedVideo {
  readonly #writer: VideoWriter
  readonly #labels: readonly string[]
  readonly #trails: Trails
  #canvas: Canvas | undefined
  #context: SKRSContext2D | undefined

  constructor(writer: VideoWriter, { labels, trailMs }: AnnotatedVideoOptions) {
    this.#writer = writer
    this.#labels = labels
    this.#trails = new Trails(trailMs)
  }

  /** Frames in order. `tracks` is read before the first wait; `frame` has to stay open until the promise is settled. */
  async write(frame: VideoFrame, tracks: TrackColumns, totals: FrameTotals = {}): Promise<void> {
    this.#trails.observe(frame.ptsMs, tracks)
    const boxes = this.#boxesOf(tracks)
    const status = [clockText(frame.ptsMs), ...countsOf(boxes)]
    const { ptsMs, width, height } = frame
    const context = this.#contextFor(width, height)
    putPicture(context, await frame.rgba())
    drawOverlay(context, width, height, { boxes, status, ...totals })
    await this.#writer.write(pictureOf(context, width, height), ptsMs)
  }

  #contextFor(width: number, height: number): SKRSContext2D {
    if (!this.#context || this.#canvas?.width !== width || this.#canvas.height !== height) {
      this.#canvas = createCanvas(width, height)
      this.#context = this.#canvas.getContext('2d')
    }
    return this.#context
  }

  #boxesOf({ count, boxes, classIds, trackIds, observed }: TrackColumns): OverlayBox[] {
    return Array.from({ length: count }, (_, row) => {
      const trackId = trackIds[row]!
      const at = row * 4
      return {
        box: { x: boxes[at]!, y: boxes[at + 1]!, w: boxes[at + 2]!, h: boxes[at + 3]! },
        label: this.#labels[classIds[row]!] ?? `class-${classIds[row]}`,
        detail: String(trackId),
        colourId: trackId,
        observed: observed[row] === 1,
        trail: [...this.#trails.of(trackId)]
      }
    })
  }
}

/** `person 3`, the most frequent first. */
function countsOf(boxes: readonly OverlayBox[]): string[] {
  const counts = new Map<string, number>()
  for (const { label } of boxes) counts.set(label, (counts.get(label) ?? 0) + 1)
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, statusLabels)
    .map(([label, count]) => `${label} ${count}`)
}
