/** Runs of ids that are kept apart; trackers count upwards, so theirs are as many as there are live tracks. */
const maxRuns = 65_536

/**
 * The ids of tracks that are over, as runs of neighbouring ids: memory grows with the gaps between them, not with
 * their number. With more than 65,536 gaps the lowest are closed, oldest ids first.
 */
export class EndedIds {
  /** First and last id of each run, ascending. */
  readonly #firsts: number[] = []
  readonly #lasts: number[] = []

  has(id: number): boolean {
    const run = this.#runBefore(id)
    return run >= 0 && id <= this.#lasts[run]!
  }

  add(id: number): void {
    const run = this.#runBefore(id)
    if (run >= 0 && id <= this.#lasts[run]!) return
    const touchesBefore = run >= 0 && this.#lasts[run] === id - 1
    const touchesAfter = this.#firsts[run + 1] === id + 1
    if (touchesBefore && touchesAfter) this.#join(run)
    else if (touchesBefore) this.#lasts[run] = id
    else if (touchesAfter) this.#firsts[run + 1] = id
    else {
      this.#firsts.splice(run + 1, 0, id)
      this.#lasts.splice(run + 1, 0, id)
      if (this.#firsts.length > maxRuns) this.#join(0)
    }
  }

  /** Closes the gap between a run and the next. */
  #join(run: number): void {
    this.#firsts.splice(run + 1, 1)
    this.#lasts.splice(run, 1)
  }

  /** The last run that begins at or before `id`; −1 when none does. */
  #runBefore(id: number): number {
    let low = 0
    let high = this.#firsts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#firsts[middle]! <= id) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
