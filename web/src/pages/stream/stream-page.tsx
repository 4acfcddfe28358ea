import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { ApiProblem, problemText } from '../../api/problem.ts'
import { useWho } from '../../api/session.ts'
import { Button, IconButton } from '../../design/button.tsx'
import { Card, Page } from '../../design/card.tsx'
import { Checkbox } from '../../design/field.tsx'
import { Empty, Failed, Loading, Note, Skeleton } from '../../design/states.tsx'
import { toast } from '../../design/toast.tsx'
import type { ViewReadings } from '../../live/live-view.ts'
import { type Layers, usualLayers } from '../../live/overlay.ts'
import { EventFeed } from '../../streams/event-feed.tsx'
import { StreamBadge } from '../../streams/stream-badge.tsx'
import { StreamPicture } from '../../streams/stream-picture.tsx'
import { useLineCounts } from '../../streams/use-line-counts.ts'
import { useStreamState } from '../../streams/use-live.ts'
import { streamPage } from '../../strings/stream-page.ts'
import { streams } from '../../strings/streams.ts'
import { CountChart } from './count-chart.tsx'
import { LineCountTable } from './line-count-table.tsx'
import { StreamHealth } from './stream-health.tsx'
import { lastEventsQuery, streamQuery, trackPicturesQuery } from './stream-queries.ts'
import { ZoneOccupancyList } from './zone-occupancy-list.tsx'

const layerNames = ['boxes', 'trails', 'regions'] as const

/** One stream, large: its picture and what is drawn over it, what happens, what it counts, how it does. */
export function StreamPage() {
  const { stream } = useParams({ from: '/streams/$stream' })
  const { data, error, refetch } = useQuery(streamQuery(stream))
  const state = useStreamState(stream) ?? data?.state ?? undefined
  const title = state?.title ?? data?.title ?? stream
  if (error && !data) {
    const isUnknown = error instanceof ApiProblem && error.status === 404
    return (
      <Page title={stream}>
        {isUnknown ? (
          <Empty icon="camera" title={streamPage.unknown}>
            {streamPage.unknownWhy}
          </Empty>
        ) : (
          <Failed error={error} onRetry={() => void refetch()} />
        )}
      </Page>
    )
  }
  return (
    <Page title={title} actions={state && <StreamActions stream={stream} title={title} state={state.state} />}>
      <StreamParts key={stream} stream={stream} title={title} detail={data} />
    </Page>
  )
}

interface StreamPartsProps {
  readonly stream: string
  readonly title: string
  readonly detail: Parameters<typeof StreamHealth>[0]['detail']
}

function StreamParts({ stream, title, detail }: StreamPartsProps) {
  const stage = useRef<HTMLDivElement>(null)
  const [layers, setLayers] = useState<Layers>(usualLayers)
  const [readings, setReadings] = useState<ViewReadings>()
  const [withTracks, setWithTracks] = useState(false)
  const state = useStreamState(stream)
  const earlier = useQuery(lastEventsQuery(stream))
  const pictures = useQuery(trackPicturesQuery(stream)).data
  const { counts, notes } = useLineCounts(stream)
  const remarks = [state?.notice, state?.transcoded && streams.transcoded(state.transcoded)].filter(Boolean)
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
      <div className="grid gap-4">
        <div className="overflow-hidden rounded-large border border-edge bg-surface">
          <div ref={stage} className="relative aspect-video max-h-[78dvh] w-full bg-stage">
            <StreamPicture stream={stream} title={title} layers={layers} lineNotes={notes} onReadings={setReadings} />
          </div>
          <fieldset className="flex flex-wrap items-center gap-x-3 py-1.5 pr-1.5 pl-4 sm:gap-x-5">
            <legend className="sr-only">{streamPage.layers}</legend>
            {layerNames.map(name => (
              <Checkbox
                key={name}
                label={streamPage.layerNames[name]}
                checked={layers[name]}
                onChange={({ target }) => setLayers({ ...layers, [name]: target.checked })}
                className="text-small"
              />
            ))}
            <span className="grow" />
            <IconButton
              icon="expand"
              name={streamPage.fullScreen}
              onClick={() => void stage.current?.requestFullscreen()}
            />
          </fieldset>
        </div>
        {remarks.length > 0 && <Note tone="warn">{remarks.join(' ')}</Note>}
        <div className="grid items-start gap-4 md:grid-cols-2">
          <div className="grid gap-4">
            <Card title={streamPage.counts}>
              <LineCountTable counts={counts} />
            </Card>
            <Card title={streamPage.overTime}>
              <CountChart stream={stream} />
            </Card>
          </div>
          <div className="grid gap-4">
            <Card title={streamPage.zones}>
              <ZoneOccupancyList stream={stream} />
            </Card>
            <Card title={streamPage.health}>
              {detail ? <StreamHealth detail={detail} readings={readings} /> : <Skeleton className="h-48" />}
            </Card>
          </div>
        </div>
      </div>
      <section
        aria-label={streamPage.events}
        className="flex max-h-[36rem] flex-col rounded-large border border-edge bg-surface xl:sticky xl:top-6 xl:max-h-[calc(100dvh-8rem)]"
      >
        <header className="flex flex-wrap items-center justify-between gap-x-4 px-4 py-2">
          <h2 className="text-lead font-semibold">{streamPage.events}</h2>
          <Checkbox
            label={streamPage.tracksToo}
            checked={withTracks}
            onChange={({ target }) => setWithTracks(target.checked)}
            className="text-small"
          />
        </header>
        {earlier.isPending ? (
          <div className="p-4">
            <Loading />
          </div>
        ) : (
          <EventFeed stream={stream} earlier={earlier.data ?? []} withTracks={withTracks} pictures={pictures} />
        )}
      </section>
    </div>
  )
}

interface StreamActionsProps {
  readonly stream: string
  readonly title: string
  readonly state: Parameters<typeof StreamBadge>[0]['state']
}

/** How it is, and what can be done about that. */
function StreamActions({ stream, title, state }: StreamActionsProps) {
  const queries = useQueryClient()
  const who = useWho()
  const isResting = state === 'paused'
  const change = useMutation({
    async mutationFn(isToGoOn: boolean) {
      const params = { path: { stream } }
      if (isToGoOn) await answer(api.POST('/api/v1/streams/{stream}/resume', { params }))
      else await answer(api.POST('/api/v1/streams/{stream}/pause', { params }))
      return isToGoOn
    },
    onSuccess(isToGoOn) {
      void queries.invalidateQueries({ queryKey: streamQuery(stream).queryKey })
      const undo = { label: streamPage.resume, run: () => change.mutate(true) }
      toast({ text: (isToGoOn ? streamPage.resumed : streamPage.paused)(title), ...(!isToGoOn && { action: undo }) })
    },
    onError: error => toast({ tone: 'bad', text: problemText(error).sentence })
  })
  const isTroubled = state === 'waiting' || state === 'failed'
  return (
    <>
      <StreamBadge state={state} />
      {who?.isSetUp && who.role !== 'viewer' && (
        <>
          {isTroubled && (
            <Button isBusy={change.isPending} onClick={() => change.mutate(true)}>
              {streamPage.retry}
            </Button>
          )}
          <Button
            icon={isResting ? 'play' : 'pause'}
            isBusy={change.isPending}
            onClick={() => change.mutate(isResting)}
          >
            {isResting ? streamPage.resume : streamPage.pause}
          </Button>
        </>
      )}
    </>
  )
}
