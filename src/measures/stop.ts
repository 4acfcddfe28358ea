import type { Event } from '../contract/event.ts'
import type { StopDefinition } from '../contract/measure-definition.ts'
import type { Stage } from '../core/stage.ts'
import { definitionVersion } from './definition-version.ts'
import { EventSource } from './event-source.ts'
import type { MeasureContext } from './measure-context.ts'
import type { Scene } from './scene.ts'
import { grownTo } from './slot-columns.ts'
import { Standstill } from './standstill.ts'
import { Watch } from './watch.ts'

/** Raised when the same definition finds other stops than before. */
const rules = 1

export const stopDefaults = {
  /** How long a track has to stand. */
  afterMs: 10_000,
  /** Heights of its own box within which it stands. Raise it for boxes that tremble, lower it to tell slow from still. */
  radius: 0.25
} as const

/** Says who has come to a standstill. Rules P1…P5 of docs/spec/measures.md. */
export class StopWatch implements Stage<Scene, Event> {
  readonly name: string
  readonly #ruleId: string
  readonly #afterMs: number
  readonly #watch: Watch
  readonly #source: EventSource
  readonly #standstill: Standstill
  /** By slot: 1 when this stop has been told; how many were. */
  #isTold = new Uint8Array(0)
  #stops = new Uint32Array(0)
  #stopped = 0

  /** @throws SL_OPTION_INVALID for a zone or schedule that makes no sense */
  constructor({ stream, epoch, wallTime }: MeasureContext, name: string, definition: StopDefinition) {
    const { afterMs, radius } = { ...stopDefaults, ...definition }
    this.name = `stop.${name}@${definitionVersion(rules, { ...stopDefaults, ...definition })}`
    this.#ruleId = name
    this.#afterMs = afterMs
    this.#watch = new Watch('stop', name, definition, wallTime)
    this.#source = new EventSource({ stream, epoch }, this.name)
    this.#standstill = new Standstill(radius)
  }

  process(scene: Scene): readonly Event[] {
    this.#source.at(scene)
    this.#fit(scene.tracks.capacity)
    for (const slot of scene.released) this.#forget(slot)
    const isOpen = this.#watch.opens(scene)
    if (this.#watch.mustForget) {
      this.#standstill.forgetAll()
      this.#isTold.fill(0)
    }
    const events: Event[] = []
    if (!isOpen) return events
    const points = scene.points(this.#watch.anchor)
    for (let row = 0; row < scene.rows.count; row++) {
      if (this.#watch.admits(scene, row)) this.#look(scene, row, points[row * 2]!, points[row * 2 + 1]!, events)
    }
    return events
  }

  flush(): readonly Event[] {
    return []
  }

  snapshot(): Readonly<Record<string, number>> {
    return { stopped: this.#stopped }
  }

  #look(scene: Scene, row: number, x: number, y: number, events: Event[]): void {
    const slot = scene.slots[row]!
    if (scene.rows.observed[row] === 1 && this.#standstill.observe(scene, row, x, y)) this.#isTold[slot] = 0
    const stoppedMs = this.#standstill.stoodMs(slot, scene.clockMs)
    if (this.#isTold[slot] === 1 || stoppedMs < this.#afterMs || stoppedMs === 0) return
    if (!this.#watch.covers(x, y)) return
    this.#isTold[slot] = 1
    this.#stopped++
    const sighting = this.#source.sighting(scene, row)
    const header = this.#source.header('track-stopped', `track-${sighting.trackId}`, ++this.#stops[slot]!)
    events.push({ ...header, ruleId: this.#ruleId, ...sighting, stoppedMs })
  }

  #fit(capacity: number): void {
    this.#standstill.fit(capacity)
    this.#isTold = grownTo(this.#isTold, capacity)
    this.#stops = grownTo(this.#stops, capacity)
  }

  #forget(slot: number): void {
    this.#standstill.forget(slot)
    this.#isTold[slot] = 0
    this.#stops[slot] = 0
  }
}
