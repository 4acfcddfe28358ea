import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Button, buttonLook } from '../../design/button.tsx'
import { Page } from '../../design/card.tsx'
import { Select } from '../../design/field.tsx'
import { Empty, Failed, Loading, Skeleton } from '../../design/states.tsx'
import { TimeField } from '../../design/time-field.tsx'
import { streamsQuery } from '../../streams/stream-list.ts'
import { past } from '../../strings/past.ts'
import { pageNames } from '../../strings/shell.ts'
import { PastCanvas } from './past-canvas.tsx'
import { recordingQuery } from './past-queries.ts'
import { PastResult } from './past-result.tsx'
import { type PastPeriod, type PastSearch, pastPeriods, pastSearch, shapeOf, shapeText, spanOf } from './past-search.ts'

const periodNames = [...(Object.keys(pastPeriods) as PastPeriod[]), 'own'] as const

/** What a line or zone that is drawn now would have said in a time that has passed. All of it stands in the address. */
export function PastPage() {
  const search = useSearch({ from: '/past' })
  const navigate = useNavigate({ from: '/past' })
  const { data: streams, error, refetch } = useQuery(streamsQuery)
  const isRecorded = streams !== undefined && !streams.some(({ name }) => name === search.stream)
  const { data: recording } = useQuery(recordingQuery(isRecorded ? search.stream : undefined))
  // What counts back from now does so from when it was asked.
  const [askedMs, setAskedMs] = useState(Date.now)
  const put = (next: PastSearch, isStep = true) => {
    setAskedMs(Date.now())
    void navigate({ search: pastSearch({ ...next }), replace: !isStep, resetScroll: false })
  }
  if (!streams)
    return (
      <Page title={pageNames.past}>
        {error ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading>
            <Skeleton className="aspect-video" />
          </Loading>
        )}
      </Page>
    )
  const isUp = ({ state }: (typeof streams)[number]) => state?.state === 'up'
  const stream = search.stream ?? (streams.find(isUp) ?? streams[0])?.name
  const live = streams.find(({ name }) => name === stream)
  const shape = search.shape === undefined ? undefined : shapeOf(search.shape)
  const span = spanOf(search, askedMs)
  const title = live?.title ?? recording?.title ?? stream ?? ''
  return (
    <Page
      title={pageNames.past}
      actions={
        <Link to="/seen" className={buttonLook('plain')}>
          {pageNames.seen}
        </Link>
      }
    >
      <p className="text-soft">{past.what}</p>
      {stream === undefined ? (
        <Empty icon="past" title={past.noStreams}>
          {past.noStreamsWhy}
        </Empty>
      ) : (
        <>
          <Question
            search={search}
            stream={stream}
            span={span}
            streams={[
              ...streams.map(each => ({ value: each.name, label: each.title })),
              ...(live ? [] : [{ value: stream, label: title }])
            ]}
            onAsk={put}
          />
          <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
            <PastCanvas
              key={stream}
              stream={stream}
              title={title}
              picture={live ? (isUp(live) ? 'now' : 'none') : 'recorded'}
              shape={shape}
              onShape={next => {
                const { shape: _, ...others } = search
                put({ ...others, stream, ...(next && { shape: shapeText(next) }) }, false)
              }}
            />
            {shape === undefined ? (
              <Empty icon="past" title={past.empty}>
                {past.emptyWhy}
              </Empty>
            ) : (
              <PastResult stream={stream} shape={shape} span={span} />
            )}
          </div>
        </>
      )}
    </Page>
  )
}

interface QuestionProps {
  readonly search: PastSearch
  readonly stream: string
  readonly span: { readonly fromMs: number; readonly toMs: number }
  readonly streams: readonly { readonly value: string; readonly label: string }[]
  readonly onAsk: (search: PastSearch) => void
}

/** Of which stream, and of when. */
function Question({ search, stream, span, streams, onAsk }: QuestionProps) {
  const { last, fromMs, toMs, ...others } = search
  const period = fromMs === undefined ? (last ?? 'day') : 'own'
  return (
    <div className="grid grid-cols-2 items-end gap-3 md:grid-cols-[14rem_12rem_auto_auto_auto] md:justify-start">
      <Select
        label={past.stream}
        value={stream}
        choices={streams}
        onChoice={value => {
          const { shape: _, ...kept } = search
          onAsk({ ...kept, stream: value })
        }}
      />
      <Select
        label={past.period}
        value={period}
        choices={periodNames.map(value => ({ value, label: past.periods[value] }))}
        onChoice={value => onAsk(value === 'own' ? { ...others, ...inMinutes(span) } : { ...others, last: value })}
      />
      {period === 'own' && (
        <>
          <TimeField
            label={past.from}
            value={span.fromMs}
            onChange={ms =>
              ms !== undefined && ms > 0 && onAsk({ ...others, fromMs: ms, toMs: Math.max(span.toMs, ms + minuteMs) })
            }
          />
          <TimeField
            label={past.to}
            value={span.toMs}
            onChange={ms =>
              ms !== undefined && ms > 0 && onAsk({ ...others, toMs: ms, fromMs: Math.min(span.fromMs, ms - minuteMs) })
            }
          />
        </>
      )}
      {period !== 'own' && search.shape !== undefined && (
        <Button className="justify-self-start" onClick={() => onAsk(search)}>
          {past.again}
        </Button>
      )}
    </div>
  )
}

const minuteMs = 60_000

/** As fields for times have them. */
function inMinutes({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) {
  return { fromMs: Math.floor(fromMs / minuteMs) * minuteMs, toMs: Math.ceil(toMs / minuteMs) * minuteMs }
}
