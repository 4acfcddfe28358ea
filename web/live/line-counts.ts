import type { Event } from '../../src/contract/event.ts'

/** How often each line of a stream was crossed since the page was opened. */
export class LineCounts {
  readonly #counts = new Map<string, { in: number; out: number }>()

  /** Lines that there are, so that they begin with nought. */
  lines(names: readonly string[]): void {
    for (const name of this.#counts.keys()) if (!names.includes(name)) this.#counts.delete(name)
    for (const name of names) if (!this.#counts.has(name)) this.#counts.set(name, { in: 0, out: 0 })
  }

  /** True where it changed something. */
  add(event: Event): boolean {
    if (event.kind !== 'line-crossed') return false
    const count = this.#counts.get(event.lineId) ?? { in: 0, out: 0 }
    count[event.direction]++
    this.#counts.set(event.lineId, count)
    return true
  }

  /** By line: `door: 3 in · 1 out`. */
  get notes(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      [...this.#counts].map(([name, count]) => [name, `${name}: ${count.in} in · ${count.out} out`])
    )
  }
}
