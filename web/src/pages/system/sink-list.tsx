import type { System } from '../../../../src/contract/api/system.ts'
import { Badge } from '../../design/badge.tsx'
import { Note } from '../../design/states.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { fileSize, lasting, number } from '../../strings/format.ts'
import { system } from '../../strings/system.ts'
import { type SinkSum, sinkSums } from './sink-sums.ts'

/** Behind by less is on its way. */
const inStepMs = 2000

/** What takes events out of the workers' logs: how far behind each is, and what went wrong. */
export function SinkList({ system: { logs, deadLetters } }: { readonly system: System }) {
  const manner = useManner()
  const count = (read: (sink: SinkSum) => number) => (sink: SinkSum) => number(read(sink), manner)
  const columns: readonly Column<SinkSum>[] = [
    { name: 'name', label: system.sink, cell: ({ name }) => system.sinkNames[name] ?? name },
    {
      name: 'behind',
      label: system.behind,
      cell: ({ lagRecords, lagMs }) =>
        lagMs < inStepMs ? (
          <Badge tone="good">{system.inStep}</Badge>
        ) : (
          <Badge tone="warn">{system.behindSaid(number(lagRecords, manner), lasting(lagMs))}</Badge>
        )
    },
    { name: 'delivered', label: system.delivered, isNumber: true, isExtra: true, cell: count(sink => sink.delivered) },
    { name: 'refused', label: system.refused, isNumber: true, cell: count(sink => sink.refused) },
    { name: 'failures', label: system.failures, isNumber: true, cell: count(sink => sink.failures) }
  ]
  const bytes = logs.reduce((sum, log) => sum + log.bytes, 0)
  return (
    <section aria-labelledby="sinks" className="grid gap-2">
      <h2 id="sinks" className="text-lead font-semibold">
        {system.sinks}
      </h2>
      <Table caption={system.sinksCaption} columns={columns} rows={sinkSums(logs)} keyOf={({ name }) => name} />
      <p className="text-small text-soft">{system.logsTake(fileSize(bytes, manner))}</p>
      {deadLetters.letters > 0 && <Note tone="warn">{system.deadLetters(number(deadLetters.letters, manner))}</Note>}
    </section>
  )
}
