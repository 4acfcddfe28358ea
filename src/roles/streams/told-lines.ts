import type { LogDestination } from '../../core/log.ts'
import { levelOf } from '../../core/recent-log.ts'

/** What happens, and is not said only to those who look for a bug. */
const leastLevel = 30
/** Raise it to have main remember more of a worker that complains all the time. */
const mostEachSecond = 20

/** A worker's own log, of which main is told as well, for those who look at the page: some lines of each second. */
export class ToldLines implements LogDestination {
  readonly #onward: LogDestination
  readonly #tell: (line: string) => void
  readonly #nowMs: () => number
  #secondMs = Number.NEGATIVE_INFINITY
  #told = 0

  constructor(onward: LogDestination, tell: (line: string) => void, nowMs: () => number = () => performance.now()) {
    this.#onward = onward
    this.#tell = tell
    this.#nowMs = nowMs
  }

  write(line: string): void {
    this.#onward.write(line)
    if ((levelOf(line) ?? 0) < leastLevel) return
    const nowMs = this.#nowMs()
    if (nowMs - this.#secondMs >= 1000) {
      this.#secondMs = nowMs
      this.#told = 0
    }
    if (this.#told++ < mostEachSecond) this.#tell(line)
  }
}
