/** Deaths within this time are one spell. Raise it to be gentler with what dies now and then. */
const spellMs = 60_000
/** So many of a spell are answered at once. */
const mostForgiven = 2

/**
 * How often streams lost their process lately. A stream that loses it time and again is not to take the machine with it, and
 * is waited with; who was in another process has nothing to do with that.
 */
export class RecentDeaths {
  readonly #deaths = new Map<string, readonly number[]>()

  /** Their process died. */
  died(streams: readonly string[], nowMs: number): void {
    for (const stream of streams) this.#deaths.set(stream, [...this.#within(stream, nowMs), nowMs])
  }

  /** Failures that a stream's next start has to be backed off for; 0 where it may begin at once. */
  failures(stream: string, nowMs: number): number {
    return Math.max(0, this.#within(stream, nowMs).length - mostForgiven)
  }

  forget(stream: string): void {
    this.#deaths.delete(stream)
  }

  #within(stream: string, nowMs: number): readonly number[] {
    return (this.#deaths.get(stream) ?? []).filter(atMs => nowMs - atMs < spellMs)
  }
}
