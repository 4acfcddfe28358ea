import type { ReactNode } from 'react'
import { type Column, Table } from '../../design/table.tsx'
import { useManner } from '../../preferences/preferences.ts'
import type { LineCounts } from '../../streams/use-line-counts.ts'
import { number } from '../../strings/format.ts'
import { type MeasureTitles, measureTitle } from '../../strings/measure-title.ts'
import { streamPage } from '../../strings/stream-page.ts'

interface Row {
  readonly line: string
  readonly in: number
  readonly out: number
}

interface LineCountTableProps {
  readonly counts: LineCounts
  readonly titles: MeasureTitles | undefined
  readonly empty: ReactNode
}

/** How often each line was crossed. */
export function LineCountTable({ counts, titles, empty }: LineCountTableProps) {
  const manner = useManner()
  const rows: readonly Row[] = Object.entries(counts).map(([line, count]) => ({ line, ...count }))
  const columns: readonly Column<Row>[] = [
    { name: 'line', label: streamPage.line, cell: ({ line }) => measureTitle(titles, 'line', line) },
    { name: 'in', label: streamPage.inwards, cell: row => number(row.in, manner), isNumber: true },
    { name: 'out', label: streamPage.outwards, cell: row => number(row.out, manner), isNumber: true }
  ]
  if (rows.length === 0) return empty
  return (
    <div className="grid gap-2">
      <Table caption={streamPage.counts} columns={columns} rows={rows} keyOf={({ line }) => line} />
      <p className="text-small text-soft">{streamPage.countsSince}</p>
    </div>
  )
}
