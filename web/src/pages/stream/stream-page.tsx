import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { lazy, Suspense, useRef, useState } from 'react'
import { ApiProblem } from '../../api/problem.ts'
import { IconButton } from '../../design/button.tsx'
import { Card, Page } from '../../design/card.tsx'
import { Checkbox } from '../../design/field.tsx'
import { Empty, Failed, Note, Skeleton } from '../../design/states.tsx'
import type { ViewReadings } from '../../live/live-view.ts'
import { type Layers, usualLayers } from '../../live/overlay.ts'
import { StreamPicture } from '../../streams/stream-picture.tsx'
import { useLineCounts } from '../../streams/use-line-counts.ts'
import { useStreamState } from '../../streams/use-live.ts'
import { streamPage } from '../../strings/stream-page.ts'
import { streams } from '../../strings/streams.ts'
import { CountChart } from './count-chart.tsx'
import { HeatLayer } from './heat-layer.tsx'
import { LineCountTable } from './line-count-table.tsx'
import { StreamActions } from './stream-actions.tsx'
import { StreamEvents } from './stream-events.tsx'
import { StreamHealth } from './stream-health.tsx'
import { streamQuery } from './stream-queries.ts'
import { ZoneOccupancyList } from './zone-occupancy-list.tsx'

const StreamEditor = lazy(async () => ({ default: (await import('./editor/stream-editor.tsx')).StreamEditor }))
const layerNames = ['boxes', 'trails', 'regions'] as const
const usualAspect = 16 / 9
/** Beside what is drawn: the shapes themselves are the editor's. */
const drawnOver: Layers = { boxes: true, trails: true, regions: false }

/** One stream, large: its picture and what is drawn over it, what happens, what it counts, how it does. */
export function StreamPage() {
  const { stream } = useParams({ from: '/streams/$stream' })
  const { edit = false } = useSearch({ from: '/streams/$stream' })
  const { data, error, refetch } = useQuery(streamQuery(stream))
  // The server knows who may; the stream of a recording is as it is.
  const mayChange = data?.mayOperate === true && data.settings !== null
  const mayRemove = data?.origin === 'added'
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
    <Page
      title={title}
      actions={
        state && <StreamActions {...{ stream, title, mayRemove }} state={state.state} mayChange={mayChange && !edit} />
      }
    >
      <StreamParts key={stream} stream={stream} title={title} detail={data} {...{ edit, mayChange }} />
    </Page>
  )
}

interface StreamPartsProps {
  readonly stream: string
  readonly title: string
  readonly detail: Parameters<typeof StreamHealth>[0]['detail']
  /** Its lines and zones are to be drawn: on the same picture, which plays on. */
  readonly edit: boolean
  readonly mayChange: boolean
}

function StreamParts({ stream, title, detail, edit, mayChange }: StreamPartsProps) {
  const isEdited = edit && mayChange
  const stage = useRef<HTMLDivElement>(null)
  const [over, setOver] = useState<HTMLElement | null>(null)
  const [layers, setLayers] = useState<Layers>(usualLayers)
  const [readings, setReadings] = useState<ViewReadings>()
  const [withHeat, setWithHeat] = useState(false)
  const state = useStreamState(stream)
  const { counts, notes } = useLineCounts(stream)
  const aspect = state?.width && state.height ? state.width / state.height : usualAspect
  const remarks = [state?.notice, state?.transcoded && streams.transcoded(state.transcoded)].filter(Boolean)
  return (
    <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem] xl:grid-rows-[auto_1fr]">
      <div className="overflow-hidden rounded-large border border-edge bg-surface">
        <div ref={stage} className="relative aspect-video max-h-[78dvh] w-full bg-stage">
          <StreamPicture
            stream={stream}
            title={title}
            layers={isEdited ? drawnOver : layers}
            lineNotes={notes}
            onReadings={setReadings}
          />
          {withHeat && !isEdited && <HeatLayer stream={stream} aspect={aspect} />}
          <div ref={setOver} className="contents" />
        </div>
        {!isEdited && (
          <fieldset className="flex flex-wrap items-center gap-x-2 py-1.5 pr-1.5 pl-3 sm:gap-x-5 sm:pl-4">
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
            <Checkbox
              label={streamPage.layerNames.heat}
              checked={withHeat}
              onChange={({ target }) => setWithHeat(target.checked)}
              className="text-small"
            />
            <span className="grow" />
            <IconButton
              icon="expand"
              name={streamPage.fullScreen}
              onClick={() => void stage.current?.requestFullscreen()}
            />
          </fieldset>
        )}
      </div>
      {isEdited ? (
        <Suspense fallback={<Skeleton className="h-48" />}>
          <StreamEditor stream={stream} title={title} aspect={aspect} over={over} />
        </Suspense>
      ) : (
        <>
          <div className="grid gap-4 xl:col-start-1">
            {remarks.length > 0 && <Note tone="warn">{remarks.join(' ')}</Note>}
            <div className="grid items-start gap-4 md:grid-cols-2">
              <div className="grid gap-4">
                <Card title={streamPage.counts}>
                  <LineCountTable
                    counts={counts}
                    titles={state?.titles}
                    empty={<NothingDrawn {...{ stream, mayChange }} what={streamPage.noLines} />}
                  />
                </Card>
                <Card title={streamPage.overTime}>
                  <CountChart stream={stream} />
                </Card>
              </div>
              <div className="grid gap-4">
                <Card title={streamPage.zones}>
                  <ZoneOccupancyList
                    stream={stream}
                    empty={<NothingDrawn {...{ stream, mayChange }} what={streamPage.noZones} />}
                  />
                </Card>
                <Card title={streamPage.health}>
                  {detail ? <StreamHealth detail={detail} readings={readings} /> : <Skeleton className="h-48" />}
                </Card>
              </div>
            </div>
          </div>
          <StreamEvents stream={stream} />
        </>
      )}
    </div>
  )
}

interface NothingDrawnProps {
  readonly stream: string
  readonly what: string
  readonly mayChange: boolean
}

/** That there is nothing to count, and the way to change that. */
function NothingDrawn({ stream, what, mayChange }: NothingDrawnProps) {
  return (
    <p className="text-soft">
      {what}{' '}
      {mayChange && (
        <Link to="/streams/$stream" params={{ stream }} search={{ edit: true }} className="text-accent underline">
          {streamPage.draw}
        </Link>
      )}
    </p>
  )
}
