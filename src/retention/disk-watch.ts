import type { Problem } from '../core/health.ts'
import type { Place } from './data-kinds.ts'
import { type DiskFill, type FileSystems, lookAtDisks } from './disks.ts'
import { type FillState, fillState, relaxed } from './fill-levels.ts'
import type { FillLimits } from './policy.ts'
import type { DiskUsage } from './usage.ts'

interface Watched {
  readonly fill: DiskFill
  readonly state: FillState
  /** Since when something had to stop. */
  readonly sinceMs: number
}

/** Follows how full the disks are, and what that asks for. */
export class DiskWatch {
  readonly #folders: Readonly<Partial<Record<Place, string>>>
  #limits: FillLimits
  readonly #systems: FileSystems
  #disks: ReadonlyMap<string, Watched> = new Map()

  constructor(folders: Readonly<Partial<Record<Place, string>>>, limits: FillLimits, systems: FileSystems) {
    this.#folders = folders
    this.#limits = limits
    this.#systems = systems
  }

  /** Other limits hold from the next look on. */
  follow(limits: FillLimits): void {
    this.#limits = limits
  }

  async look(): Promise<void> {
    const seen = new Map<string, Watched>()
    for (const fill of await lookAtDisks(this.#folders, this.#systems)) {
      const before = this.#disks.get(fill.id)
      const state = fillState(1 - fill.freeBytes / fill.totalBytes, before?.state ?? relaxed, this.#limits)
      const sinceMs = before?.state.clipsStopped && state.clipsStopped ? before.sinceMs : Date.now()
      seen.set(fill.id, { fill, state, sinceMs })
    }
    // One that did not answer now keeps what holds.
    for (const [id, before] of this.#disks) if (!seen.has(id) && !this.#covered(before, seen)) seen.set(id, before)
    this.#disks = seen
  }

  /** What the disks ask for that media go to: of the others no clip and no upload takes anything. */
  get state(): FillState {
    const states = [...this.#disks.values()].filter(({ fill }) => fill.places.includes('media'))
    return {
      pruning: states.some(({ state }) => state.pruning),
      clipsStopped: states.some(({ state }) => state.clipsStopped),
      uploadsStopped: states.some(({ state }) => state.uploadsStopped)
    }
  }

  isPruned(place: Place): boolean {
    return [...this.#disks.values()].some(({ fill, state }) => fill.places.includes(place) && state.pruning)
  }

  /** For the plan. `spareBytes`: what the store's file has to spare on its disk. */
  usage(spareBytes: number): DiskUsage[] {
    return [...this.#disks.values()].map(({ fill, state }) => ({
      places: fill.places,
      totalBytes: fill.totalBytes,
      freeBytes: fill.freeBytes,
      pendingBytes: fill.places.includes('store') ? spareBytes : 0,
      pruning: state.pruning
    }))
  }

  problems(): Problem[] {
    return [...this.#disks.values()].flatMap(({ fill, state, sinceMs }) => {
      if (!state.clipsStopped) return []
      const percent = Math.floor((1 - fill.freeBytes / fill.totalBytes) * 100)
      const stopped = state.uploadsStopped ? 'clips and uploads are' : 'clips are'
      const what = fill.places.includes('media') ? `${stopped} not kept; detection goes on` : 'detection goes on'
      const message = `The disk of ${fill.folder} (${fill.places.join(', ')}) is ${percent} % full, so ${what}. The oldest is being removed; free some space, or lower retention's ages and budgets.`
      return [{ part: 'disk', code: 'SL_STORAGE_LOW', message, sinceMs }]
    })
  }

  /** The folder lies on another disk now: it was mounted over. */
  #covered({ fill }: Watched, seen: ReadonlyMap<string, Watched>): boolean {
    return fill.places.every(place => [...seen.values()].some(other => other.fill.places.includes(place)))
  }
}
