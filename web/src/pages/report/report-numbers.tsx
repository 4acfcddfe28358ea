import type { Summary } from '../../../../src/contract/report.ts'
import { Card } from '../../design/card.tsx'
import { Table } from '../../design/table.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { lasting, number } from '../../strings/format.ts'
import { report } from '../../strings/uploads.ts'

type Counted = Pick<Summary, 'tracks' | 'lines' | 'zones'>

/** How many there were, by class, line and zone. */
export function ReportNumbers({ summary: { tracks, lines, zones } }: { readonly summary: Counted }) {
  const manner = useManner()
  const count = (value: number) => number(value, manner)
  return (
    <Card title={report.numbers}>
      <div className="grid gap-4">
        <p>
          <span className="text-figure font-semibold">{count(tracks.total)}</span>{' '}
          <span className="text-soft">{report.tracks}</span>
        </p>
        {tracks.total > 0 && (
          <Table
            caption={report.classes}
            rows={Object.entries(tracks.byLabel)}
            keyOf={([label]) => label}
            columns={[
              { name: 'label', label: report.label, cell: ([label]) => label },
              { name: 'tracks', label: report.tracks, isNumber: true, cell: ([, each]) => count(each.tracks) },
              { name: 'most', label: report.mostAtOnce, isNumber: true, cell: ([, each]) => count(each.peakConcurrent) }
            ]}
          />
        )}
        {Object.keys(lines).length > 0 && (
          <Table
            caption={report.lines}
            rows={Object.entries(lines)}
            keyOf={([name]) => name}
            columns={[
              { name: 'line', label: report.line, cell: ([name, { title }]) => title ?? name },
              { name: 'in', label: report.inwards, isNumber: true, cell: ([, each]) => count(each.in) },
              { name: 'out', label: report.outwards, isNumber: true, cell: ([, each]) => count(each.out) }
            ]}
          />
        )}
        {Object.keys(zones).length > 0 && (
          <Table
            caption={report.zones}
            rows={Object.entries(zones)}
            keyOf={([name]) => name}
            columns={[
              { name: 'zone', label: report.zone, cell: ([name, { title }]) => title ?? name },
              { name: 'entered', label: report.entered, isNumber: true, cell: ([, each]) => count(each.entered) },
              { name: 'most', label: report.mostAtOnce, isNumber: true, cell: ([, each]) => count(each.peakOccupancy) },
              {
                name: 'dwell',
                label: report.meanDwell,
                isNumber: true,
                cell: ([, { dwellMs }]) => (dwellMs === null ? '' : lasting(dwellMs.mean))
              }
            ]}
          />
        )}
      </div>
    </Card>
  )
}
