import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { Button } from '../../design/button.tsx'
import { Card } from '../../design/card.tsx'
import { Failed, Loading, Note, Skeleton } from '../../design/states.tsx'
import { useManner } from '../../preferences/preferences.ts'
import { dateAndTime, lasting, number } from '../../strings/format.ts'
import { past } from '../../strings/past.ts'
import { type PastTrack, seriesOf, summaryOf } from './past-answer.ts'
import { pastQuery, picturedQuery } from './past-queries.ts'
import type { PastShape } from './past-search.ts'

const Series = lazy(async () => ({ default: (await import('../../design/series.tsx')).Series }))

interface PastResultProps {
  readonly stream: string
  readonly shape: PastShape
  readonly span: { readonly fromMs: number; readonly toMs: number }
}

/** Counts, stays and who it was. */
export function PastResult({ stream, shape, span }: PastResultProps) {
  const manner = useManner()
  const { data, error, isFetching, refetch } = useQuery(pastQuery(stream, shape, span))
  const summary = useMemo(() => data && summaryOf(data), [data])
  const series = useMemo(() => data && seriesOf(data.items, data.span), [data])
  const lines = useMemo(
    () => [
      { name: data?.kind === 'zone' ? past.entered : past.inwards, values: series?.inwards ?? [] },
      { name: data?.kind === 'zone' ? past.left : past.outwards, values: series?.outwards ?? [] }
    ],
    [data?.kind, series]
  )
  if (error) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data || !summary || !series)
    return (
      <Loading>
        <Skeleton className="h-32" />
        <Skeleton className="h-52" />
      </Loading>
    )
  const count = (value: number) => number(value, manner)
  const { inwards, outwards, dwell, tracks, isCut } = summary
  const isZone = data.kind === 'zone'
  const place = <Skeleton className="h-44" />
  return (
    <div className="grid gap-4" aria-busy={isFetching}>
      <Card title={past.answer}>
        <dl className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-3" data-answer="">
          <Figure name={isZone ? past.entered : past.inwards} value={count(inwards)} />
          <Figure name={isZone ? past.left : past.outwards} value={count(outwards)} />
          <Figure name={past.tracks} value={count(tracks.length)} />
          {dwell && (
            <>
              <Figure name={past.meanStay} value={lasting(dwell.meanMs)} />
              <Figure name={past.longestStay} value={lasting(dwell.longestMs)} />
            </>
          )}
        </dl>
        <p role="status" className="pt-3 text-small text-soft">
          {isFetching ? past.asking : past.took(number(data.tookMs / 1000, manner, 1))}
        </p>
        {isCut && <Note tone="info">{past.cut(count(data.items.length))}</Note>}
        {data.damage.length > 0 && <Note tone="warn">{past.damage(data.damage.length)}</Note>}
      </Card>
      <Card title={past.overTime}>
        <Suspense fallback={place}>
          <Series label={past.series(inwards, outwards)} timesMs={series.timesMs} lines={lines} />
        </Suspense>
      </Card>
      <Matching key={`${stream} ${data.span.fromMs}`} stream={stream} tracks={tracks} />
    </div>
  )
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt className="text-small text-soft">{name}</dt>
      <dd className="text-figure font-semibold">{value}</dd>
    </div>
  )
}

const perPage = 24

/** The tracks, each with its best picture, in the order in which they came. */
function Matching({ stream, tracks }: { readonly stream: string; readonly tracks: readonly PastTrack[] }) {
  const manner = useManner()
  const [shown, setShown] = useState(perPage)
  const rows = tracks.slice(0, shown)
  const { data: pictured } = useQuery(picturedQuery(stream, rows))
  return (
    <Card title={past.matching}>
      {rows.length === 0 && <p className="text-soft">{past.nobody}</p>}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-3">
        {rows.map(({ epoch, trackId, label, atMs, inwards, outwards, dwellMs }) => (
          <li key={`${epoch}/${trackId}`} className="grid content-start gap-1 rounded-medium border border-edge p-2">
            <span className="grid h-24 place-items-center overflow-hidden rounded-small bg-stage">
              {pictured?.has(`${epoch}/${trackId}`) && (
                <img
                  src={`/api/v1/tracks/${stream}/${epoch}/${trackId}/snapshot.jpg`}
                  alt=""
                  loading="lazy"
                  className="h-24 max-w-full object-contain"
                />
              )}
            </span>
            <p className="line-clamp-2 text-small font-medium">{`${label} ${trackId}`}</p>
            <p className="text-note text-soft">{dateAndTime(atMs, manner)}</p>
            <p className="text-note text-soft">
              {[past.ways(inwards, outwards), dwellMs > 0 && past.stayed(lasting(dwellMs))].filter(Boolean).join(' · ')}
            </p>
          </li>
        ))}
      </ul>
      {tracks.length > shown && (
        <Button className="mt-3" onClick={() => setShown(shown + perPage)}>
          {past.more}
        </Button>
      )}
    </Card>
  )
}
