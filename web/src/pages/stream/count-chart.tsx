import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { Switches } from '../../design/field.tsx'
import { Failed, Skeleton } from '../../design/states.tsx'
import { streamPage } from '../../strings/stream-page.ts'
import { countSeries, rangeOf, type Span, spans } from './count-series.ts'

const Series = lazy(async () => ({ default: (await import('../../design/series.tsx')).Series }))
const againMs = 15_000
const names = Object.keys(spans) as Span[]

const countsQuery = (stream: string, span: Span) =>
  queryOptions({
    queryKey: ['events', 'counts', stream, span],
    async queryFn({ signal }) {
      const utcOffsetMinutes = -new Date().getTimezoneOffset()
      const range = rangeOf(span, Date.now(), utcOffsetMinutes)
      const query = {
        stream: [stream],
        kind: ['line-crossed'],
        groupBy: ['direction' as const],
        period: spans[span].period,
        ...range,
        utcOffsetMinutes
      }
      const { items } = await answer(api.GET('/api/v1/events/counts', { params: { query }, signal }))
      return countSeries(items, span, range.fromMs)
    },
    refetchInterval: againMs,
    placeholderData: keepPreviousData
  })

/** How often the lines of a stream were crossed, over time. */
export function CountChart({ stream }: { readonly stream: string }) {
  const [span, setSpan] = useState<Span>('hour')
  const { data, error, refetch } = useQuery(countsQuery(stream, span))
  const lines = useMemo(
    () => [
      { name: streamPage.inwards, values: data?.in ?? [] },
      { name: streamPage.outwards, values: data?.out ?? [] }
    ],
    [data]
  )
  const [inwards, outwards] = lines.map(({ values }) => values.reduce((sum, value) => sum + value, 0))
  const place = <Skeleton className="h-52" />
  return (
    <div className="grid gap-3">
      <div>
        <Switches
          name={streamPage.span}
          value={span}
          onChoice={setSpan}
          choices={names.map(value => ({ value, label: streamPage.spans[value] }))}
        />
      </div>
      {error && !data ? <Failed error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error && place}
      {data && (
        <Suspense fallback={place}>
          <Series
            label={streamPage.crossings(inwards ?? 0, outwards ?? 0, streamPage.spans[span])}
            timesMs={data.timesMs}
            lines={lines}
          />
        </Suspense>
      )}
    </div>
  )
}
