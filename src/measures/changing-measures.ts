import type { Event } from '../contract/event.ts'
import type { Stage } from '../core/stage.ts'
import { Beginnings } from './beginnings.ts'
import type { DefinedMeasures } from './defined-measures.ts'
import { MeasureSet } from './measure-set.ts'
import type { Scene } from './scene.ts'
import type { TrackFrame } from './track-frame.ts'
import { underWay } from './under-way.ts'
import type { ZoneWatch } from './zone.ts'

/** Frames of the epoch so far, the latest without a gap. */
export interface SeenSoFar {
  /** Whether none is missing. */
  readonly isWhole: boolean
  /** Whether none is missing from this media time on. */
  reaches(ptsMs: number): boolean
  /** In their order; each is valid until the next. */
  frames(): Iterable<TrackFrame>
}

export interface ChangingOptions {
  /** The frame's width by its height. */
  readonly aspect: number
  readonly defined: DefinedMeasures
  /** What is measured whatever is defined: before, and behind. */
  readonly before: readonly Stage<Scene, Event>[]
  readonly behind: readonly Stage<Scene, Event>[]
}

/** Sets with a clock and tracks of their own. Each costs what a line costs at every frame. */
const mostSets = 16

/**
 * What is measured in one epoch, of which parts may be exchanged between two frames. Rules X1…X6 of docs/spec/measures.md: whatever
 * begins says from then on what it would have said had it been there from the epoch's first frame, under the same ids.
 */
export class ChangingMeasures implements Stage<TrackFrame, Event> {
  readonly name = 'measures'
  readonly #aspect: number
  readonly #beginnings = new Beginnings()
  readonly #always: MeasureSet
  /** Where each measure is, by its name with its version. */
  readonly #places = new Map<string, { readonly stage: Stage<Scene, Event>; readonly set: MeasureSet }>()
  #sets: readonly MeasureSet[]
  readonly #zones: Map<string, ZoneWatch>
  /** Names of measures whose end was told. */
  readonly #over = new Set<string>()

  constructor({ aspect, defined, before, behind }: ChangingOptions) {
    this.#aspect = aspect
    this.#always = new MeasureSet(aspect, [...before, ...defined.stages, ...behind, this.#beginnings])
    this.#sets = [this.#always]
    this.#zones = new Map(defined.zones)
    for (const stage of defined.stages) this.#places.set(stage.name, { stage, set: this.#always })
  }

  /** Those that there are now. */
  get zones(): ReadonlyMap<string, ZoneWatch> {
    return this.#zones
  }

  /** Frames from this media time on have to be kept for whoever begins. */
  get neededMs(): number {
    return this.#beginnings.neededMs
  }

  process(frame: TrackFrame): readonly Event[] {
    if (this.#sets.length === 1) return this.#always.process(frame)
    return this.#sets.flatMap(set => set.process(frame))
  }

  flush(): readonly Event[] {
    return this.#sets.flatMap(set => set.flush())
  }

  snapshot(): Readonly<Record<string, number>> {
    return this.#always.snapshot()
  }

  /**
   * Measures these from the next frame on; those that are there already notice nothing.
   * @returns what the ends of others bring about, and what is under way for those that begin; undefined, and nothing is otherwise,
   * where it cannot be known what they would have said from the first frame on
   */
  change(defined: DefinedMeasures, seen: SeenSoFar): readonly Event[] | undefined {
    const begun = defined.stages.filter(({ name }) => !this.#places.has(name))
    const isKnown = seen.isWhole || seen.reaches(this.neededMs)
    const mayBegin = (stage: Stage<Scene, Event>) =>
      !this.#over.has(stage.name) && isKnown && (seen.isWhole || !defined.ofScene.has(stage))
    if (!begun.every(mayBegin) || (begun.length > 0 && this.#sets.length > mostSets)) return undefined
    const { set, told } = this.#watched(begun, seen)
    const ends = this.#end(new Set(defined.stages.map(({ name }) => name)))
    for (const stage of begun) this.#places.set(stage.name, { stage, set })
    if (begun.length > 0) this.#sets = [...this.#sets, set]
    this.#zones.clear()
    for (const [name, zone] of defined.zones) this.#zones.set(name, this.#places.get(zone.name)!.stage as ZoneWatch)
    return [...ends, ...told]
  }

  /** Measures that have seen what there was to see, and what of it is under way. */
  #watched(stages: readonly Stage<Scene, Event>[], seen: SeenSoFar) {
    const set = new MeasureSet(this.#aspect, stages)
    const events: Event[] = []
    if (stages.length > 0) for (const frame of seen.frames()) events.push(...set.process(frame))
    return { set, told: underWay(events) }
  }

  #end(wanted: ReadonlySet<string>): readonly Event[] {
    const events: Event[] = []
    for (const [name, { stage, set }] of this.#places) {
      if (wanted.has(name)) continue
      this.#places.delete(name)
      const said = set.end(stage)
      if (said.length > 0) this.#over.add(name)
      events.push(...said)
    }
    this.#sets = this.#sets.filter(set => !set.isEmpty)
    return events
  }
}
