import { useState } from 'react'
import { Button } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Table } from '../../design/table.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { distance, number, speed } from '../../strings/format.ts'
import { report } from '../../strings/uploads.ts'
import type { Movement } from './movement-table.ts'

const fewTracks = 10
const mostTracks = 200

/** How far and how fast each went: those that went farthest. */
export function ReportMovement({ movement }: { readonly movement: readonly Movement[] }) {
  const manner = useManner()
  const [shown, setShown] = useState(fewTracks)
  const rows = movement.slice(0, shown)
  return (
    <Card title={report.movement}>
      <Table
        caption={report.movement}
        rows={rows}
        keyOf={({ trackId }) => String(trackId)}
        columns={[
          { name: 'who', label: report.who, cell: ({ label, trackId }) => `${label} ${trackId}` },
          {
            name: 'distance',
            label: report.distance,
            isNumber: true,
            cell: each => <Unbroken text={distance(each.distance, manner)} />
          },
          {
            name: 'mean',
            label: report.meanSpeed,
            isNumber: true,
            cell: each => <Unbroken text={speed(each.meanSpeed, manner)} />
          },
          {
            name: 'peak',
            label: report.peakSpeed,
            isNumber: true,
            cell: each => <Unbroken text={speed(each.peakSpeed, manner)} />
          }
        ]}
      />
      {movement.length > shown && (
        <div className="flex flex-wrap items-center gap-3 pt-3">
          {shown < mostTracks && (
            <Button isSmall className="print:hidden" onClick={() => setShown(mostTracks)}>
              {report.more}
            </Button>
          )}
          <p className="text-small text-soft">
            {report.shownOf(number(shown, manner), number(movement.length, manner))}
          </p>
        </div>
      )}
    </Card>
  )
}

/** A number and its unit are read as one. */
function Unbroken({ text }: { readonly text: string }) {
  return <span className="whitespace-nowrap">{text}</span>
}
