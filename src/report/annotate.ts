import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import type { TrackColumns } from '../core/columns.ts'
import { fit } from '../core/fit.ts'
import type { VideoWriter } from '../media/encode.ts'
import type { VideoFrame } from '../media/frame.ts'
import { drawOverlay } from './overlay.ts'
import { overlayBoxes } from './overlay-rows.ts'
import type { OverlayBox, OverlayLine, OverlayScene, OverlayZone } from './overlay-scene.ts'
import { pictureOf, putPicture } from './picture.ts'
import { clockText } from './time-text.ts'
import { Trails } from './trails.ts'

export interface AnnotatedVideoOptions {
  /** Of the video that is written, in pixels: what its writer was opened with. */
  readonly width: number
  readonly height: number
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

/**
 * Draws tracks over frames and gives them to a video writer, one after the other. The writer stays the caller's to
 * finish. Frames of another size than the video's keep their shape between black bars. The video begins with the
 * first frame, whenever that is shown; the clock in the picture is the recording's.
 */
export class AnnotatedVideo {
  readonly #writer: VideoWriter
  readonly #labels: readonly string[]
  readonly #trails: Trails
  readonly #width: number
  readonly #height: number
  readonly #context: SKRSContext2D
  #firstMs: number | undefined

  constructor(writer: VideoWriter, { width, height, labels, trailMs }: AnnotatedVideoOptions) {
    this.#writer = writer
    this.#width = width
    this.#height = height
    this.#context = createCanvas(width, height).getContext('2d')
    this.#labels = labels
    this.#trails = new Trails(trailMs)
  }

  /** Frames in order. `tracks` is read before the first wait; `frame` has to stay open until the promise is settled. */
  async write(frame: VideoFrame, tracks: TrackColumns, totals: FrameTotals = {}): Promise<void> {
    this.#trails.observe(frame.ptsMs, tracks)
    const boxes = overlayBoxes(tracks, this.#labels, id => this.#trails.of(id))
    const status = [clockText(frame.ptsMs), ...countsOf(boxes)]
    await this.#draw(frame, { boxes, status, ...totals })
    this.#firstMs ??= frame.ptsMs
    await this.#writer.write(pictureOf(this.#context, this.#width, this.#height), frame.ptsMs - this.#firstMs)
  }

  async #draw(frame: VideoFrame, scene: OverlayScene): Promise<void> {
    const context = this.#context
    const size = { width: this.#width, height: this.#height }
    const { left, top, width, height } = fit(frame.width, frame.height, { ...size, mode: 'letterbox-centre' })
    const picture = await frame.rgba(width, height)
    context.save()
    context.fillStyle = '#000000'
    context.fillRect(0, 0, size.width, size.height)
    putPicture(context, picture, left, top)
    context.beginPath()
    context.rect(left, top, width, height)
    context.clip()
    context.translate(left, top)
    drawOverlay(context, width, height, scene)
    context.restore()
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
