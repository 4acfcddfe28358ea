import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { type ComponentProps, useDeferredValue, useMemo } from 'react'
import { preload } from 'react-dom'
import { ApiProblem } from '../../api/problem.ts'
import { useWho } from '../../api/session.ts'
import { Button, buttonLook } from '../../design/button.tsx'
import { Card, Page } from '../../design/card.tsx'
import { Empty, Failed, Loading, Skeleton } from '../../design/states.tsx'
import { ground } from '../../strings/ground.ts'
import { pageNames } from '../../strings/shell.ts'
import { report } from '../../strings/uploads.ts'
import { AnnotatedOrder } from './annotated-order.tsx'
import { type FoundReport, reportQuery } from './report-queries.ts'
import { ownReport } from './report-source.ts'
import { ReportView } from './report-view.tsx'
import { ShareReport } from './share-report.tsx'

/** What was found in a recording. */
export function ReportPage() {
  const { id } = useParams({ from: '/reports/$id' })
  const { data: found, error, refetch } = useQuery(reportQuery(id))
  // In small steps, between which whoever presses something is heard; what is seen first is fetched before them.
  const data = useDeferredValue(found)
  const poster = found?.files.find(({ name }) => name === 'poster.jpg')
  if (poster) preload(poster.href, { as: 'image' })
  if (error && !found)
    return (
      <Page title={pageNames.reports}>
        {error instanceof ApiProblem && error.status === 404 ? (
          <Empty icon="report" title={report.unknown}>
            {report.unknownWhy}
          </Empty>
        ) : (
          <Failed error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    )
  if (!data)
    return (
      <Page title={pageNames.reports}>
        <Loading>
          <Skeleton className="aspect-video" />
          <Skeleton className="h-48" />
        </Loading>
      </Page>
    )
  return <Report key={id} id={id} found={data} />
}

/** Of a recording of which nobody knows how long it is. */
const dayMs = 86_400_000

interface ReportProps {
  readonly id: string
  readonly found: FoundReport
}

function Report({ id, found }: ReportProps) {
  const who = useWho()
  const { title, stream, epoch, files, summary, regions, calibration, recording } = found
  const { startedMs, durationMs, asset } = recording
  const source = useMemo(
    () => ownReport(id, { stream, epoch, startedMs, asset }),
    [id, stream, epoch, startedMs, asset]
  )
  const mayChange = who?.isSetUp && who.role !== 'viewer'
  const isAnnotated = files.some(({ name }) => name === 'annotated.mp4')
  const all = `stream=${stream}`
  const toMs = Math.ceil(startedMs + (durationMs ?? dayMs)) + 1
  const range = `fromMs=${startedMs}&toMs=${toMs}`
  const exports: ComponentProps<typeof ReportView>['exports'] = [
    [report.tracksCsv, `/api/v1/tracks?${all}&epoch=${epoch}&format=csv`],
    [report.framesLines, `/api/v1/trajectories?${all}&epoch=${epoch}&${range}&format=ndjson`],
    [report.eventsCsv, `/api/v1/events?${all}&format=csv`],
    [report.eventsLines, `/api/v1/events?${all}&format=ndjson`]
  ]
  const actions = (
    <div className="flex flex-wrap gap-2 print:hidden">
      <Link to="/events" search={{ stream, kind: 'all' }} className={buttonLook('plain')}>
        {report.events}
      </Link>
      <Link to="/past" search={{ stream, fromMs: Math.floor(startedMs), toMs }} className={buttonLook('plain')}>
        {report.ask}
      </Link>
      {mayChange && asset !== null && !isAnnotated && (
        <AnnotatedOrder
          recording={id}
          title={title}
          measured={{ ...regions, ...(calibration && { calibration, movement: {} }) }}
        />
      )}
      {mayChange && calibration !== null && <ToGround id={id} />}
      <Button onClick={() => print()}>{report.print}</Button>
      {mayChange && <ShareReport recording={id} />}
    </div>
  )
  return (
    <Page title={title} actions={actions}>
      <ReportView {...{ source, startedMs, durationMs, summary, files, regions, exports }}>
        {mayChange && calibration === null && (
          <Card title={ground.title} className="print:hidden">
            <p className="pb-3 text-soft">{ground.why}</p>
            <ToGround id={id} />
          </Card>
        )}
      </ReportView>
    </Page>
  )
}

function ToGround({ id }: Pick<ReportProps, 'id'>) {
  return (
    <Link to="/reports/$id/ground" params={{ id }} className={buttonLook('plain')}>
      {ground.open}
    </Link>
  )
}
