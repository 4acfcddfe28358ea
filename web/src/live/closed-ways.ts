/** One that fails may do so on a slow machine; so often in a row it is closed. */
const failuresOfClosed = 2
/** Networks change. */
const closedMs = 300_000

/** Ways to get pictures that do not get through: what holds for one stream holds for the others. */
export class ClosedWays<Way extends string> {
  readonly #failures = new Map<Way, number>()
  readonly #until = new Map<Way, number>()

  worked(way: Way): void {
    this.#failures.delete(way)
  }

  /** Nothing came through at all. */
  failed(way: Way, nowMs: number): void {
    const failures = (this.#failures.get(way) ?? 0) + 1
    this.#failures.set(way, failures)
    if (failures >= failuresOfClosed) this.#until.set(way, nowMs + closedMs)
  }

  /** Those to be tried: all, where none is open. */
  open(ways: readonly Way[], nowMs: number): readonly Way[] {
    const open = ways.filter(way => (this.#until.get(way) ?? 0) <= nowMs)
    return open.length > 0 ? open : ways
  }
}
