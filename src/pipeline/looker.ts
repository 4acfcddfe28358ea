import type { Detector } from '../vision/detector.ts'
import type { Claimant } from './turns.ts'

/** A detector as one stream uses it: in its turns. Knows how many of the stream's frames it has, so that it can be let go. */
export class Looker {
  readonly detector: Detector
  readonly #claimant: Claimant
  #frames = 0
  #emptied: (() => void) | undefined

  constructor(detector: Detector, claimant: Claimant) {
    this.detector = detector
    this.#claimant = claimant
  }

  /** Waits for the stream's next turn; from the asking until it is disposed of the frame counts as the detector's. */
  async turn(): Promise<Disposable> {
    this.#frames++
    const turn = await this.#claimant.turn()
    let isOver = false
    return {
      [Symbol.dispose]: () => {
        turn[Symbol.dispose]()
        if (isOver) return
        isOver = true
        if (--this.#frames === 0) this.#emptied?.()
      }
    }
  }

  /** Resolves once it has no frame. To be asked when nobody gives it more. */
  async emptied(): Promise<void> {
    if (this.#frames > 0)
      await new Promise<void>(resolve => {
        this.#emptied = resolve
      })
  }
}
