import type { Event } from '../contract/event.ts'
import type { ObjectDefinition } from '../contract/measure-definition.ts'
import type { Stage } from '../core/stage.ts'
import { Bystanders } from './bystanders.ts'
import { definitionVersion } from './definition-version.ts'
import { EventSource, type Sighting } from './event-source.ts'
import type { MeasureContext } from './measure-context.ts'
import { RememberedPlaces } from './remembered-places.ts'
import type { Scene } from './scene.ts'
import { grownTo } from './slot-columns.ts'
import { Standstill } from './standstill.ts'
import { Watch } from './watch.ts'

/** Raised when the same definition finds other objects than before. */
const rules = 1

export const objectDefaults = {
  /** How long something has to stand alone. Below the 90 s after which the motion detector takes it for background. */
  afterMs: 20_000,
  /** Heights of its own box within which it stands. */
  radius: 0.25,
  /** Heights of its own box within which somebody still attends to it, between the middles of both boxes. */
  reach: 2.5
} as const

/** What the motion detector calls everything. To it, a change where an object stood means that the object is gone. */
const motionLabel = 'moving'
/** What is there when the stream begins was not left there. */
const beginningMs = 3_000
/**
 * How long something has to stand still to be compared with what stood there. The motion detector shows a bare place
 * for half a second before it knows it again.
 */
const bareMs = 200
/** Who was within reach so shortly before an object was shown last took it. */
const takenMs = 1_000

interface LeftObject {
  sighting: Sighting
  /** Clock of the last frame that showed it. */
  shownMs: number
  /** Clock of the last frame in which somebody was within reach; −∞ for none since it was left. */
  attendedMs: number
}

/** An object that no track shows any more. */
interface Settled {
  readonly sighting: Sighting
  /** Number of its removal among those of its track. */
  readonly n: number
}

/** Says what was left behind, and what of it was taken away. Rules O1…O7 of docs/spec/measures.md. */
export class LeftObjectWatch implements Stage<Scene, Event> {
  readonly name: string
  readonly #ruleId: string
  readonly #afterMs: number
  readonly #reach: number
  readonly #watch: Watch
  readonly #source: EventSource
  readonly #standstill: Standstill
  /** Clock since when each still track is alone, by slot. */
  readonly #aloneMs = new Map<number, number>()
  /** Left objects that a track shows, by slot. */
  readonly #left = new Map<number, LeftObject>()
  /** Those whose track is over while nobody was near: they belong to the scene now. */
  readonly #places = new RememberedPlaces<Settled>()
  readonly #bystanders = new Bystanders()
  /** By slot: how often it was left, and removed. */
  #lefts = new Uint32Array(0)
  #removals = new Uint32Array(0)
  #counts = { left: 0, removed: 0 }

  /** @throws SL_OPTION_INVALID for a zone or schedule that makes no sense */
  constructor({ stream, epoch, wallTime }: MeasureContext, name: string, definition: ObjectDefinition) {
    const { afterMs, radius, reach } = { ...objectDefaults, ...definition }
    this.name = `object.${name}@${definitionVersion(rules, { ...objectDefaults, ...definition })}`
    this.#ruleId = name
    this.#afterMs = afterMs
    this.#reach = reach
    this.#watch = new Watch('object', name, definition, wallTime)
    this.#source = new EventSource({ stream, epoch }, this.name)
    this.#standstill = new Standstill(radius)
  }

  process(scene: Scene): readonly Event[] {
    const events: Event[] = []
    this.#source.at(scene)
    this.#fit(scene.tracks.capacity)
    for (const slot of scene.ended) this.#end(slot, events)
    for (const slot of scene.released) this.#forget(slot)
    const isOpen = this.#watch.opens(scene)
    if (this.#watch.mustForget) this.#forgetAll()
    if (!isOpen) return events
    this.#bystanders.gather(scene)
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
    return { ...this.#counts, standing: this.#left.size + this.#places.size }
  }

  #look(scene: Scene, row: number, x: number, y: number, events: Event[]): void {
    const slot = scene.slots[row]!
    const hasMoved = scene.rows.observed[row] === 1 && this.#standstill.observe(scene, row, x, y)
    const stoodMs = this.#standstill.stoodMs(slot, scene.clockMs)
    const left = this.#left.get(slot)
    if (left) this.#attend(scene, row, left, hasMoved, events)
    else if (stoodMs < bareMs) this.#aloneMs.delete(slot)
    else this.#wait(scene, row, stoodMs, this.#watch.covers(x, y), events)
  }

  /** A left object is still shown. */
  #attend(scene: Scene, row: number, left: LeftObject, hasMoved: boolean, events: Event[]): void {
    const slot = scene.slots[row]!
    if (hasMoved) {
      this.#left.delete(slot)
      events.push(this.#removed(left.sighting, ++this.#removals[slot]!))
      return
    }
    left.sighting = this.#source.sighting(scene, row)
    left.shownMs = scene.clockMs
    if (this.#bystanders.hasAny(scene, row, this.#reach)) left.attendedMs = scene.clockMs
  }

  /** Something stands still: an object that is coming to be left, or the place of one that is gone. */
  #wait(scene: Scene, row: number, stoodMs: number, isCovered: boolean, events: Event[]): void {
    const slot = scene.slots[row]!
    if (this.#bystanders.hasAny(scene, row, this.#reach)) this.#aloneMs.delete(slot)
    else if (!this.#aloneMs.has(slot)) this.#aloneMs.set(slot, scene.clockMs)
    if (this.#places.size > 0) this.#compare(scene, row, events)
    const aloneMs = scene.clockMs - (this.#aloneMs.get(slot) ?? Number.POSITIVE_INFINITY)
    if (isCovered && !this.#left.has(slot) && stoodMs >= this.#afterMs && aloneMs >= this.#afterMs) {
      this.#leave(scene, row, stoodMs, events)
    }
  }

  #leave(scene: Scene, row: number, stoppedMs: number, events: Event[]): void {
    const slot = scene.slots[row]!
    const sighting = this.#source.sighting(scene, row)
    this.#left.set(slot, leftAt(scene.clockMs, sighting))
    // What stands there from the beginning can be taken away, but nobody has left it.
    if (scene.tracks.bornMs[slot]! <= beginningMs) return
    this.#counts.left++
    const header = this.#source.header('object-left', `track-${sighting.trackId}`, ++this.#lefts[slot]!)
    events.push({ ...header, ruleId: this.#ruleId, ...sighting, stoppedMs })
  }

  /** A still track at the place of an object that no track shows any more. */
  #compare(scene: Scene, row: number, events: Event[]): void {
    const sighting = this.#source.sighting(scene, row)
    const before = this.#places.take(sighting.box, thing => thing.sighting.label === sighting.label)
    if (!before) return
    if (sighting.label === motionLabel) events.push(this.#removed(before.sighting, before.n))
    else this.#left.set(scene.slots[row]!, leftAt(scene.clockMs, sighting))
  }

  /** With somebody near, it was taken; with nobody near, it is still there and the detector has stopped to tell. */
  #end(slot: number, events: Event[]): void {
    this.#aloneMs.delete(slot)
    const left = this.#left.get(slot)
    if (!left) return
    this.#left.delete(slot)
    const n = ++this.#removals[slot]!
    if (left.attendedMs >= left.shownMs - takenMs) events.push(this.#removed(left.sighting, n))
    else this.#places.add(left.sighting.box, { sighting: left.sighting, n })
  }

  #removed(sighting: Sighting, n: number): Event {
    this.#counts.removed++
    const header = this.#source.header('object-removed', `track-${sighting.trackId}`, n)
    return { ...header, ruleId: this.#ruleId, ...sighting }
  }

  #fit(capacity: number): void {
    this.#standstill.fit(capacity)
    this.#lefts = grownTo(this.#lefts, capacity)
    this.#removals = grownTo(this.#removals, capacity)
  }

  #forget(slot: number): void {
    this.#standstill.forget(slot)
    this.#lefts[slot] = 0
    this.#removals[slot] = 0
  }

  #forgetAll(): void {
    this.#standstill.forgetAll()
    this.#aloneMs.clear()
    this.#left.clear()
    this.#places.clear()
  }
}

function leftAt(clockMs: number, sighting: Sighting): LeftObject {
  return { sighting, shownMs: clockMs, attendedMs: Number.NEGATIVE_INFINITY }
}
