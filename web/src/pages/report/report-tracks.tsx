import { useQuery } from '@tanstack/react-query'
import { Button } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Failed, Loading } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { lasting, number } from '../../strings/format.ts'
import { report } from '../../strings/uploads.ts'
import { mostTracks, tracksQuery } from './report-queries.ts'

interface ReportTracksProps {
  readonly stream: string
  readonly epoch: number
  readonly startedMs: number
  /** Shows the recording from there, in seconds; left out where it is not kept. */
  readonly onGo: ((seconds: number) => void) | undefined
}

/** Who and what was seen, each with its best picture, in the order in which they came. */
export function ReportTracks({ stream, epoch, startedMs, onGo }: ReportTracksProps) {
  const manner = useManner()
  const { data, error, refetch } = useQuery(tracksQuery(stream, epoch))
  return (
    <Card title={report.tracks}>
      {error && !data ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error && <Loading />}
      {data?.length === 0 && <p className="text-soft">{report.noTracks}</p>}
      <ul aria-label={report.tracksCaption} className="grid grid-cols-[repeat(auto-fill,minmax(9rem,1fr))] gap-3">
        {data?.map(({ trackId, label, startedMs: beganMs, endedMs, snapshot }) => {
          const who = `${label} ${trackId}`
          const atSeconds = (beganMs - startedMs) / 1000
          return (
            <li
              key={trackId}
              className="grid break-inside-avoid content-start gap-1.5 rounded-medium border border-edge p-2"
            >
              <span className="grid h-28 place-items-center overflow-hidden rounded-small bg-stage">
                {snapshot !== null && (
                  <img
                    src={`/api/v1/tracks/${stream}/${epoch}/${trackId}/snapshot.jpg`}
                    alt=""
                    loading="lazy"
                    className="h-28 max-w-full object-contain"
                  />
                )}
              </span>
              <p className="line-clamp-2 text-small font-medium">{who}</p>
              <p className="text-note text-soft">
                {clock(atSeconds)} · {lasting(endedMs - beganMs)}
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
        })}
      </ul>
      {data?.length === mostTracks && (
        <p className="pt-3 text-small text-soft">{report.moreTracks(number(mostTracks, manner))}</p>
      )}
    </Card>
  )
}

/** `1:02:07` of a recording. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const shown = parts[0] === 0 ? parts.slice(1) : parts
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':')
}
