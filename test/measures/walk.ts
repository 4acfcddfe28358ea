import type { Event } from '../../src/contract/event.ts'
import { TrackColumns } from '../../src/core/columns.ts'
import type { Stage } from '../../src/core/stage.ts'
import { MeasureSet } from '../../src/measures/measure-set.ts'
import type { Scene } from '../../src/measures/scene.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'

export const context = { stream: 'door', epoch: 1, aspect: 16 / 9 }

/** Where a track's feet are, 0.1 wide and 0.2 high above them unless said. */
export interface Foot {
  readonly id?: number
  readonly x: number
  readonly y: number
  readonly height?: number
  readonly score?: number
  /** Index into `labels`. */
  readonly classId?: number
  /** False for a carried row of an analysed frame. */
  readonly observed?: boolean
}

export const labels = ['person', 'car', 'suitcase', 'moving']

/** A frame of scripted tracks; `outcome` other than `analysed` means rows are not observed. */
export function frameOf(
  frame: number,
  feet: readonly Foot[],
  { ptsMs = frame * 100, ended = [], outcome = 'analysed' }: Partial<TrackFrame> = {}
): TrackFrame {
  const rows = new TrackColumns()
  for (const { id = 7, x, y, height = 0.2, score = 0.9, classId = 0, observed = true } of feet) {
    const isObserved = observed && outcome === 'analysed'
    rows.pushTrack(id, isObserved, x - 0.05, y - height, 0.1, height, score, classId)
  }
  return { frame, ptsMs, outcome, rows, ended, labels }
}

/** One track's way, a frame every 100 ms. */
export function walk(path: readonly (readonly [number, number])[], id = 7): TrackFrame[] {
  return path.map(([x, y], frame) => frameOf(frame, [{ id, x, y }]))
}

/** A measure fed as a stream feeds it: through a set of its own. */
export class Alone {
  readonly #set: MeasureSet

  constructor(stage: Stage<Scene, Event> | readonly Stage<Scene, Event>[], aspect = context.aspect) {
    this.#set = new MeasureSet(aspect, 'process' in stage ? [stage] : stage)
  }

  /** Events that the frames bring about. */
  feed(...frames: readonly TrackFrame[]): Event[] {
    return frames.flatMap(frame => this.#set.process(frame))
  }

  flush(): readonly Event[] {
    return this.#set.flush()
  }

  snapshot(): Readonly<Record<string, number>> {
    return this.#set.snapshot()
  }
}
