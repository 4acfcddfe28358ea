import { useInfiniteQuery } from '@tanstack/react-query'
import { memo, useDeferredValue, useMemo } from 'react'
import type { EndedTrack } from '../../../../src/contract/api/track.ts'
import { Button } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { classNames } from '../../design/class-names.ts'
import { Failed, Loading } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { lasting, number } from '../../strings/format.ts'
import { report } from '../../strings/uploads.ts'
import { tracksQuery } from './report-queries.ts'
import type { ReportSource } from './report-source.ts'

interface ReportTracksProps {
  readonly source: ReportSource
  readonly startedMs: number
  /** How many there are; undefined where nobody counted. */
  readonly total: number | undefined
  /** Shows the recording from there, in seconds; left out where it is not kept. */
  readonly onGo: ((seconds: number) => void) | undefined
}

/** So many are there at once, and more than a screen has; the others follow in the gaps between what else is to be done. */
const firstShown = 24

/** Who and what was seen, each with its best picture, in the order in which they came. */
export function ReportTracks({ source, startedMs, total, onGo }: ReportTracksProps) {
  const manner = useManner()
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(tracksQuery(source))
  const tracks = useMemo(() => data?.pages.flatMap(({ items }) => items), [data])
  const first = tracks?.slice(0, firstShown)
  const shown = useDeferredValue(tracks, first) ?? first
  return (
    <Card title={report.tracks}>
      {error ? <Failed error={error} onRetry={() => void (data ? fetchNextPage() : refetch())} /> : null}
      {!data && !error && <Loading />}
      {tracks?.length === 0 && <p className="text-soft">{report.noTracks}</p>}
      <ul aria-label={report.tracksCaption} className="grid grid-cols-[repeat(auto-fill,minmax(9rem,1fr))] gap-3">
        {shown?.map(track => (
          <TrackCard
            key={track.trackId}
            track={track}
            atSeconds={(track.startedMs - startedMs) / 1000}
            picture={track.snapshot === null ? undefined : source.picture(track.trackId)}
            onGo={onGo}
          />
        ))}
      </ul>
      {hasNextPage && (
        <div className="flex flex-wrap items-center gap-3 pt-4">
          <Button className="print:hidden" isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {report.more}
          </Button>
          <p className="text-small text-soft">
            {report.shownOf(number(tracks?.length ?? 0, manner), total === undefined ? '' : number(total, manner))}
          </p>
        </div>
      )}
    </Card>
  )
}

interface TrackCardProps {
  readonly track: EndedTrack
  /** When it came, in the recording. */
  readonly atSeconds: number
  readonly picture: string | undefined
  readonly onGo: ReportTracksProps['onGo']
}

/** What nobody sees is neither laid out nor painted; its place is kept. */
const unseen = '[content-visibility:auto] [contain-intrinsic-size:auto_9rem_auto_13.625rem]'

const TrackCard = memo(function TrackCard({ track, atSeconds, picture, onGo }: TrackCardProps) {
  const { trackId, label, startedMs, endedMs } = track
  const who = `${label} ${trackId}`
  return (
    <li
      className={classNames(
        'grid break-inside-avoid content-start gap-1.5 rounded-medium border border-edge p-2',
        unseen
      )}
    >
      <span className="grid h-28 place-items-center overflow-hidden rounded-small bg-stage">
        {picture !== undefined && (
          <img src={picture} alt="" loading="lazy" className="h-28 max-w-full object-contain" />
        )}
      </span>
      <p className="line-clamp-2 text-small font-medium">{who}</p>
      <p className="text-note text-soft">
        {clock(atSeconds)} · {lasting(endedMs - startedMs)}
      </p>
      {onGo && (
        <Button
          isSmall
          className="print:hidden"
          icon="play"
          aria-label={report.goTo(who, clock(atSeconds))}
          onClick={() => onGo(Math.max(0, atSeconds))}
        >
          {clock(atSeconds)}
        </Button>
      )}
    </li>
  )
})

/** `1:02:07` of a recording. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
