import type { Event } from '../contract/event.ts'
import type { Stage } from '../core/stage.ts'
import { Intake } from './intake.ts'
import type { Scene } from './scene.ts'
import type { TrackFrame } from './track-frame.ts'

/** A stream's measures: what frames pass through after the tracker. Events come in the order of the measures. */
export class MeasureSet implements Stage<TrackFrame, Event> {
  readonly name = 'measures'
  readonly #intake: Intake
  #stages: readonly Stage<Scene, Event>[]

  /** `aspect`: the frame's width by its height. */
  constructor(aspect: number, stages: readonly Stage<Scene, Event>[]) {
    this.#intake = new Intake(aspect)
    this.#stages = stages
  }

  process(frame: TrackFrame): readonly Event[] {
    const scene = this.#intake.take(frame)
    const events: Event[] = []
    for (const stage of this.#stages) {
      const said = stage.process(scene)
      for (let at = 0; at < said.length; at++) events.push(said[at]!)
    }
    this.#intake.settle()
    return events
  }

  flush(): readonly Event[] {
    return this.#stages.flatMap(stage => stage.flush())
  }

  /** One of its measures sees no more frames. Gives what its end brings about. */
  end(stage: Stage<Scene, Event>): readonly Event[] {
    this.#stages = this.#stages.filter(each => each !== stage)
    return stage.flush()
  }

  get isEmpty(): boolean {
    return this.#stages.length === 0
  }

  snapshot(): Readonly<Record<string, number>> {
    return { liveTracks: this.#intake.tracks.live, ignoredRows: this.#intake.ignoredRows }
  }
}
