import type { System } from '../../../../src/contract/api/system.ts'

export interface SinkSum {
  readonly name: string
  /** One that may be behind for ever without anything being lost. */
  readonly isRequired: boolean
  /** Records that it has yet to take, of all logs; and for how long it has been behind the log that it is most behind. */
  readonly lagRecords: number
  readonly lagMs: number
  readonly delivered: number
  readonly refused: number
  readonly failures: number
}

/** Each sink over all logs that it reads. */
export function sinkSums(logs: System['logs']): readonly SinkSum[] {
  const sums = new Map<string, SinkSum>()
  for (const { name, required, ...sink } of logs.flatMap(({ sinks }) => sinks)) {
    const before = sums.get(name)
    sums.set(name, {
      name,
      isRequired: required,
      lagRecords: sink.lagRecords + (before?.lagRecords ?? 0),
      lagMs: Math.max(sink.lagMs, before?.lagMs ?? 0),
      delivered: sink.delivered + (before?.delivered ?? 0),
      refused: sink.refused + (before?.refused ?? 0),
      failures: sink.failures + (before?.failures ?? 0)
    })
  }
  return [...sums.values()].sort((a, b) => a.name.localeCompare(b.name))
}
