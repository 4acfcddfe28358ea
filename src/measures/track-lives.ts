import type { Box } from '../contract/geometry.ts'
import type { StoredTrack } from '../contract/record.ts'
import type { Stage } from '../core/stage.ts'
import type { Scene } from './scene.ts'

/** What is known of a track while it lives. Sides are normalised. */
interface Life {
  readonly firstPtsMs: number
  readonly firstBox: Box
  lastPtsMs: number
  detections: number
  scores: number
  left: number
  top: number
  right: number
  bottom: number
}

/** Sums up each track that was observed and gives it when it is over. Its class is that of its last observation. */
export class TrackLives implements Stage<Scene, Omit<StoredTrack, 'snapshot'>> {
  readonly name = 'lives@1'
  readonly #lives = new Map<number, Life>()
  #scene: Scene | undefined

  process(scene: Scene): readonly Omit<StoredTrack, 'snapshot'>[] {
    this.#scene = scene
    const over = scene.ended.flatMap(slot => this.#end(scene, slot))
    const { rows, slots } = scene
    for (let row = 0; row < rows.count; row++) {
      const isObserved = rows.observed[row] === 1
      const life = this.#lives.get(slots[row]!) ?? (isObserved ? this.#begin(scene, row) : undefined)
      if (!life) continue
      cover(life, rows.boxes, row * 4)
      if (!isObserved) continue
      life.lastPtsMs = scene.ptsMs
      life.detections++
      life.scores += rows.scores[row]!
    }
    return over
  }

  flush(): readonly Omit<StoredTrack, 'snapshot'>[] {
    const scene = this.#scene
    return scene ? [...this.#lives.keys()].flatMap(slot => this.#end(scene, slot)) : []
  }

  snapshot(): Readonly<Record<string, number>> {
    return { live: this.#lives.size }
  }

  #begin({ ptsMs, slots, rows }: Scene, row: number): Life {
    const life = {
      firstPtsMs: ptsMs,
      firstBox: boxAt(rows.boxes, row * 4),
      lastPtsMs: ptsMs,
      detections: 0,
      scores: 0,
      left: Number.POSITIVE_INFINITY,
      top: Number.POSITIVE_INFINITY,
      right: Number.NEGATIVE_INFINITY,
      bottom: Number.NEGATIVE_INFINITY
    }
    this.#lives.set(slots[row]!, life)
    return life
  }

  #end({ tracks, labels }: Scene, slot: number): Omit<StoredTrack, 'snapshot'>[] {
    const life = this.#lives.get(slot)
    if (!life) return []
    this.#lives.delete(slot)
    const { firstPtsMs, lastPtsMs, firstBox, detections, scores, left, top, right, bottom } = life
    const trackId = tracks.trackIds[slot]!
    const label = labels[tracks.classIds[slot]!] ?? 'unknown'
    const score = Math.min(1, Math.max(0, scores / detections))
    const lastBox = boxAt(tracks.boxes, slot * 4)
    const bounds = { x: left, y: top, w: right - left, h: bottom - top }
    return [{ trackId, label, score, detections, firstPtsMs, lastPtsMs, firstBox, lastBox, bounds }]
  }
}

function cover(life: Life, boxes: Float64Array, at: number): void {
  const x = boxes[at]!
  const y = boxes[at + 1]!
  life.left = Math.min(life.left, x)
  life.top = Math.min(life.top, y)
  life.right = Math.max(life.right, x + boxes[at + 2]!)
  life.bottom = Math.max(life.bottom, y + boxes[at + 3]!)
}

function boxAt(boxes: Float64Array, at: number): Box {
  return { x: boxes[at]!, y: boxes[at + 1]!, w: boxes[at + 2]!, h: boxes[at + 3]! }
}
