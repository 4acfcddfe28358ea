import { type EventKind, eventId, eventVersion } from '../contract/event.ts'
import type { Box } from '../contract/geometry.ts'
import type { Scene } from './scene.ts'

/** Who a row is, as events say it. */
export interface Sighting {
  readonly trackId: number
  readonly label: string
  readonly box: Box
}

/** What all events of one measure have in common. Remembers the scene, for what the end of the stream brings about. */
export class EventSource {
  readonly #stream: string
  readonly #epoch: number
  readonly #measure: string
  #scene: Scene | undefined

  /** `measure` is `name@version`. */
  constructor({ stream, epoch }: { readonly stream: string; readonly epoch: number }, measure: string) {
    this.#stream = stream
    this.#epoch = epoch
    this.#measure = measure
  }

  /** What is said from now on is said of this scene. */
  at(scene: Scene): void {
    this.#scene = scene
  }

  get clockMs(): number {
    return this.#scene?.clockMs ?? 0
  }

  /** An event's header. `n` counts this kind for this subject from 1. */
  header<Kind extends EventKind>(kind: Kind, subject: string, n: number) {
    const id = eventId({ stream: this.#stream, epoch: this.#epoch, measure: this.#measure, subject, kind, n })
    const { frame = 0, ptsMs = 0 } = this.#scene ?? {}
    return {
      version: eventVersion as typeof eventVersion,
      id,
      stream: this.#stream,
      epoch: this.#epoch,
      frame,
      ptsMs,
      kind
    }
  }

  /** The track of a row of this scene. */
  sighting({ rows, labels }: Scene, row: number): Sighting {
    return sighted(rows.trackIds[row]!, labels, rows.classIds[row]!, rows.boxes, row * 4)
  }

  /** The track of a slot as it was last observed before this scene. Only for tracks that have been observed. */
  lastSighting(slot: number): Sighting {
    const { tracks, labels } = this.#scene!
    return sighted(tracks.trackIds[slot]!, labels, tracks.classIds[slot]!, tracks.boxes, slot * 4)
  }
}

function sighted(
  trackId: number,
  labels: readonly string[],
  classId: number,
  boxes: Float64Array,
  at: number
): Sighting {
  const box = { x: boxes[at]!, y: boxes[at + 1]!, w: boxes[at + 2]!, h: boxes[at + 3]! }
  return { trackId, label: labels[classId] ?? 'unknown', box }
}
