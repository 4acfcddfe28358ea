import type { Stage } from '../core/stage.ts'
import type { Scene } from './scene.ts'

/** A measure whose results are no events: they go to `take`, and what passes on is nothing. */
export class Recorded<Result> implements Stage<Scene, never> {
  readonly name: string
  readonly #stage: Stage<Scene, Result>
  readonly #take: (result: Result) => void

  constructor(stage: Stage<Scene, Result>, take: (result: Result) => void) {
    this.name = stage.name
    this.#stage = stage
    this.#take = take
  }

  process(scene: Scene): readonly never[] {
    for (const result of this.#stage.process(scene)) this.#take(result)
    return []
  }

  flush(): readonly never[] {
    for (const result of this.#stage.flush()) this.#take(result)
    return []
  }

  snapshot(): Readonly<Record<string, number>> {
    return this.#stage.snapshot()
  }
}
