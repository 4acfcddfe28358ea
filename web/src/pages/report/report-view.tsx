import { type ReactNode, useCallback, useMemo, useRef } from 'react'
import type { ReportFile } from '../../../../src/contract/api/recording.ts'
import type { Summary } from '../../../../src/contract/report.ts'
import { Card } from '../../design/card.tsx'
import { Note } from '../../design/states.tsx'
import type { DrawnRegions } from '../../live/overlay.ts'
import { useManner } from '../../preferences/preferences.ts'
import { dateAndTime, fileSize, lasting } from '../../strings/format.ts'
import { streams } from '../../strings/streams.ts'
import { report } from '../../strings/uploads.ts'
import { RecordingPlayer } from './recording-player.tsx'
import { useReportFiles } from './report-files.ts'
import { ReportMovement } from './report-movement.tsx'
import { ReportNumbers } from './report-numbers.tsx'
import type { ReportSource } from './report-source.ts'
import { ReportTracks } from './report-tracks.tsx'
import { showAt } from './show-at.ts'

interface ReportViewProps {
  readonly source: ReportSource
  readonly startedMs: number
  readonly durationMs: number | null
  readonly summary: Pick<Summary, 'input' | 'tracks' | 'lines' | 'zones' | 'interrupted'> | null
  readonly files: readonly Pick<ReportFile, 'name' | 'href' | 'bytes'>[]
  readonly regions: DrawnRegions
  /** Further ways to have it as files, by what they are called. */
  readonly exports?: readonly (readonly [label: string, address: string])[]
  /** What else stands beside it. */
  readonly children?: ReactNode
}

/** What was found in a recording: the same for whoever is signed in and for whoever has a link to it. */
export function ReportView(props: ReportViewProps) {
  const { source, startedMs, durationMs, summary, files, regions, exports = [], children } = props
  const manner = useManner()
  const video = useRef<HTMLVideoElement>(null)
  const { paths, movement } = useReportFiles(source, files)
  const drawings = useMemo(() => ({ ...regions, paths }), [regions, paths])
  const input = summary?.input
  const picture = (name: string) => files.find(file => file.name === name)?.href
  const go = useCallback((seconds: number) => {
    if (video.current) showAt(video.current, seconds)
  }, [])
  return (
    <>
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
          {source.video === undefined ? (
            <Note tone="info">{report.noVideo}</Note>
          ) : (
            <RecordingPlayer
              video={video}
              address={source.video}
              poster={picture('poster.jpg')}
              size={input}
              title={report.video}
              source={source}
              drawings={drawings}
            />
          )}
          <ReportTracks
            source={source}
            startedMs={startedMs}
            total={summary?.tracks.total}
            onGo={source.video === undefined ? undefined : go}
          />
        </div>
        <div className="grid gap-4">
          {summary && <ReportNumbers summary={summary} />}
          {movement && <ReportMovement movement={movement} />}
          <Pictured title={report.heatmap} hint={report.heatmapHint} address={picture('heatmap.png')} size={input} />
          {(files.length > 0 || exports.length > 0) && <Files files={files} exports={exports} />}
          {children}
          {/* Nobody knows how high it is before it comes: nothing stands below it. */}
          <Pictured title={report.contactSheet} address={picture('contact-sheet.jpg')} />
        </div>
      </div>
    </>
  )
}

interface PicturedProps {
  readonly title: string
  readonly hint?: string
  readonly address: string | undefined
  /** Of which its place is kept until it comes, where that is known. */
  readonly size?: { readonly width: number; readonly height: number } | undefined
}

function Pictured({ title, hint, address, size }: PicturedProps) {
  if (address === undefined) return null
  return (
    <Card title={title}>
      {hint !== undefined && <p className="pb-2 text-small text-soft">{hint}</p>}
      <a href={address} target="_blank" rel="noreferrer">
        <img
          src={address}
          alt={title}
          loading="lazy"
          className="w-full rounded-medium bg-stage"
          style={size && { aspectRatio: `${size.width} / ${size.height}` }}
        />
      </a>
    </Card>
  )
}

/** What the analysis wrote, and what the store has of it as files. */
function Files({ files, exports }: Required<Pick<ReportViewProps, 'files' | 'exports'>>) {
  const manner = useManner()
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
              {report.fileNames[name] ?? name}
            </a>{' '}
            <span className="text-note text-soft">{fileSize(bytes, manner)}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
