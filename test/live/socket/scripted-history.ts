import type { Event } from '../../../src/contract/event.ts'
import type { EventHistory } from '../../../src/live/socket/event-history.ts'

export interface Kept {
  readonly atMs: number
  readonly event: Event
}

/** A store in memory: epoch by epoch, and within one in the order in which it was kept. */
export class ScriptedHistory implements EventHistory {
  readonly kept: Kept[] = []
  /** What it was asked for. */
  readonly asked: { readonly stream: string; readonly id: string }[] = []
  /** While set, it fails. */
  failing = false
  lag = 0
  /** Whether it has all that was logged before. */
  whole = () => true

  async after({
    stream,
    id,
    limit,
    inclusive
  }: Parameters<EventHistory['after']>[0]): Promise<readonly Kept[] | undefined> {
    this.asked.push({ stream, id })
    if (this.failing) throw new Error('The store is away.')
    const own = this.kept.filter(({ event }) => event.stream === stream)
    const ordered = own.toSorted((a, b) => a.event.epoch - b.event.epoch)
    const at = ordered.findIndex(({ event }) => event.id === id)
    return at < 0 ? undefined : ordered.slice(inclusive ? at : at + 1).slice(0, limit)
  }

  lagMs(): number {
    return this.lag
  }

  isWhole(): boolean {
    return this.whole()
  }
}
