import type { AccessUnit } from './source.ts'

/** What waits for the decoder. Raise them to survive longer stalls without a jump, at their memory for each stream. */
const mostUnits = 90
const mostBytes = 8 << 20
/** What waited longer is not what a camera shows now. */
const longestMs = 3000

type QueuedUnit = Pick<AccessUnit, 'data' | 'isKey'> & Partial<Pick<AccessUnit, 'arrivedMs'>>

/**
 * Hands units from a socket to whoever decodes them. When too much waits, everything up to the next key frame is left
 * out: a decoder cannot go on from anywhere else.
 */
export class UnitQueue<Unit extends QueuedUnit = AccessUnit> {
  #waiting: Unit[] = []
  #bytes = 0
  #isSkipping = false
  #wake: (() => void) | undefined
  #ended = false
  #error: unknown
  dropped = 0

  push(unit: Unit): void {
    if (this.#ended) return
    if (this.#isSkipping && !unit.isKey) {
      this.dropped++
      return
    }
    if (this.#waiting.length >= mostUnits || this.#bytes + unit.data.length > mostBytes || this.#isLate(unit)) {
      this.dropped += this.#waiting.length
      this.#waiting = []
      this.#bytes = 0
      this.#isSkipping = !unit.isKey
      if (this.#isSkipping) {
        this.dropped++
        return
      }
    }
    this.#isSkipping = false
    this.#waiting.push(unit)
    this.#bytes += unit.data.length
    this.#wake?.()
  }

  #isLate({ arrivedMs = 0 }: Unit): boolean {
    return arrivedMs - (this.#waiting[0]?.arrivedMs ?? arrivedMs) > longestMs
  }

  /** What waits is still handed out, then `error` is thrown where there is one. */
  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#wake?.()
  }

  async *units(): AsyncGenerator<Unit> {
    for (;;) {
      for (let unit = this.#waiting.shift(); unit; unit = this.#waiting.shift()) {
        this.#bytes -= unit.data.length
        yield unit
      }
      if (this.#ended) break
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
    if (this.#error) throw this.#error
  }
}
