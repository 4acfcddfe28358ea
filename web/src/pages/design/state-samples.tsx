import { useState } from 'react'
import { ApiProblem } from '../../api/problem.ts'
import { Badge } from '../../design/badge.tsx'
import { Bar } from '../../design/bar.tsx'
import { Card } from '../../design/card.tsx'
import { Empty, Failed, Loading, Note } from '../../design/states.tsx'
import { type Column, Table } from '../../design/table.tsx'
import { Tabs } from '../../design/tabs.tsx'
import { design } from '../../strings/design.ts'
import { failures } from '../../strings/shell.ts'

const tones = ['good', 'warn', 'bad', 'info', 'plain'] as const
const notes = ['good', 'warn', 'bad', 'info'] as const

interface Row {
  readonly stream: string
  readonly count: number
  readonly tone: (typeof tones)[number]
}
const rows: readonly Row[] = [
  { stream: 'entrance', count: 1204, tone: 'good' },
  { stream: 'yard', count: 87, tone: 'warn' }
]
const columns: readonly Column<Row>[] = [
  { name: 'stream', label: design.stream, cell: ({ stream }) => stream },
  { name: 'count', label: design.count, cell: ({ count }) => count, isNumber: true },
  { name: 'state', label: design.state, cell: ({ tone }) => <Badge tone={tone}>{design.tones[tone]}</Badge> }
]
const offline = new ApiProblem(0, failures.offline)

export function StateSamples() {
  const [tab, setTab] = useState<'counts' | 'events'>('counts')
  return (
    <>
      <Card title={design.badges}>
        <div className="flex flex-wrap gap-2 pb-4">
          {tones.map(tone => (
            <Badge key={tone} tone={tone}>
              {design.tones[tone]}
            </Badge>
          ))}
        </div>
        <div className="grid gap-2 pb-4">
          <Bar role="progressbar" name={design.bars.far} value={0.4} />
          <Bar role="meter" name={design.bars.much} value={0.9} tone="warn" />
          <Bar role="meter" name={design.bars.much} value={0.98} tone="bad" />
        </div>
        <div className="grid gap-2">
          {notes.map(tone => (
            <Note key={tone} tone={tone}>
              {design.emptyText}
            </Note>
          ))}
        </div>
      </Card>
      <Card title={design.table}>
        <Table caption={design.tableCaption} columns={columns} rows={rows} keyOf={({ stream }) => stream} />
      </Card>
      <Card title={design.tabs}>
        <Tabs
          label={design.tabs}
          shown={tab}
          onShow={setTab}
          tabs={[
            { name: 'counts', label: design.tabNames.counts, content: design.tabTexts.counts },
            { name: 'events', label: design.tabNames.events, content: design.tabTexts.events }
          ]}
        />
      </Card>
      <Card title={design.states}>
        <div className="grid gap-4">
          <Empty icon="events" title={design.empty}>
            {design.emptyText}
          </Empty>
          <Failed error={offline} onRetry={() => {}} />
          <Loading />
        </div>
      </Card>
    </>
  )
}
