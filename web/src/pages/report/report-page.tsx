import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useRef } from 'react'
import type { ReportFile } from '../../../../src/contract/api/recording.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Button, buttonLook } from '../../design/button.tsx'
import { Card, Page } from '../../design/card.tsx'
import { Empty, Failed, Loading, Note, Skeleton } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { dateAndTime, fileSize, lasting } from '../../strings/format.ts'
import { pageNames } from '../../strings/shell.ts'
import { streams } from '../../strings/streams.ts'
import { report } from '../../strings/uploads.ts'
import { RecordingPlayer } from './recording-player.tsx'
import { ReportNumbers } from './report-numbers.tsx'
import { reportQuery } from './report-queries.ts'
import { ReportTracks } from './report-tracks.tsx'

/** What was found in a recording. */
export function ReportPage() {
  const { id } = useParams({ from: '/reports/$id' })
  const manner = useManner()
  const video = useRef<HTMLVideoElement>(null)
  const { data, error, refetch } = useQuery(reportQuery(id))
  if (error && !data)
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
  const { title, stream, epoch, files, summary, recording } = data
  const { startedMs, durationMs, asset } = recording
  const input = summary?.input
  const picture = (name: string) => files.find(file => file.name === name)?.href
  const go = (seconds: number) => {
    if (!video.current) return
    video.current.currentTime = seconds
    video.current.scrollIntoView({ block: 'center' })
  }
  const actions = (
    <div className="flex gap-2 print:hidden">
      <Link to="/events" search={{ stream, kind: 'all' }} className={buttonLook('plain')}>
        {report.events}
      </Link>
      <Button onClick={() => print()}>{report.print}</Button>
    </div>
  )
  return (
    <Page title={title} actions={actions}>
      <p className="text-small text-soft">
        {[
          dateAndTime(startedMs, manner),
          input && streams.size(input.width, input.height),
          input?.codec,
          durationMs === null ? undefined : lasting(durationMs)
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {summary?.interrupted && <Note tone="warn">{report.interrupted}</Note>}
      {input?.truncated && <Note tone="warn">{report.truncated}</Note>}
      <div className="grid items-start gap-4 print:grid-cols-1! xl:grid-cols-[2fr_1fr]">
        <div className="grid gap-4">
          {asset === null ? (
            <Note tone="info">{report.noVideo}</Note>
          ) : (
            <RecordingPlayer
              video={video}
              address={`/api/v1/recordings/${encodeURIComponent(id)}/video`}
              title={report.video}
              stream={stream}
              epoch={epoch}
              startedMs={startedMs}
            />
          )}
          <ReportTracks stream={stream} epoch={epoch} startedMs={startedMs} onGo={asset === null ? undefined : go} />
        </div>
        <div className="grid gap-4">
          {summary && <ReportNumbers summary={summary} />}
          <Pictured title={report.heatmap} hint={report.heatmapHint} address={picture('heatmap.png')} />
          <Pictured title={report.contactSheet} address={picture('contact-sheet.jpg')} />
          <Files files={files} stream={stream} epoch={epoch} fromMs={startedMs} lastsMs={durationMs} />
        </div>
      </div>
    </Page>
  )
}

interface PicturedProps {
  readonly title: string
  readonly hint?: string
  readonly address: string | undefined
}

function Pictured({ title, hint, address }: PicturedProps) {
  if (address === undefined) return null
  return (
    <Card title={title}>
      {hint !== undefined && <p className="pb-2 text-small text-soft">{hint}</p>}
      <a href={address} target="_blank" rel="noreferrer">
        <img src={address} alt={title} className="w-full rounded-medium bg-stage" />
      </a>
    </Card>
  )
}

/** Of a recording of which nobody knows how long it is. */
const dayMs = 86_400_000

interface FilesProps {
  readonly files: readonly ReportFile[]
  readonly stream: string
  readonly epoch: number
  readonly fromMs: number
  readonly lastsMs: number | null
}

/** What the analysis wrote, and what the store has of it as files. */
function Files({ files, stream, epoch, fromMs, lastsMs }: FilesProps) {
  const manner = useManner()
  const all = `stream=${stream}`
  const range = `fromMs=${fromMs}&toMs=${Math.ceil(fromMs + (lastsMs ?? dayMs)) + 1}`
  const exports = [
    [report.tracksCsv, `/api/v1/tracks?${all}&epoch=${epoch}&format=csv`],
    [report.framesLines, `/api/v1/trajectories?${all}&epoch=${epoch}&${range}&format=ndjson`],
    [report.eventsCsv, `/api/v1/events?${all}&format=csv`],
    [report.eventsLines, `/api/v1/events?${all}&format=ndjson`]
  ] as const
  return (
    <Card title={report.files} className="print:hidden">
      <ul className="grid gap-1">
        {exports.map(([label, address]) => (
          <li key={address}>
            <a href={address} download className="inline-flex min-h-8 items-center text-accent underline">
              {label}
            </a>
          </li>
        ))}
        {files.map(({ name, href, bytes }) => (
          <li key={name}>
            <a href={href} download={name} className="inline-flex min-h-8 items-center gap-2 text-accent underline">
              {name}
            </a>{' '}
            <span className="text-note text-soft">{fileSize(bytes, manner)}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
