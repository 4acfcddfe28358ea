import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createPortal } from 'react-dom'
import type { Schema } from '../../../api/client.ts'
import { ApiProblem } from '../../../api/problem.ts'
import { Button } from '../../../design/button.tsx'
import { Card } from '../../../design/card.tsx'
import { Dialog } from '../../../design/dialog.tsx'
import { Failed, Note, Skeleton } from '../../../design/states.tsx'
import { historyKey } from '../../../drawing/drawing-keys.ts'
import { drawingOf, selectedShape, withSelected } from '../../../drawing/drawing-state.ts'
import { DrawingSurface } from '../../../drawing/drawing-surface.tsx'
import { DrawingTools } from '../../../drawing/drawing-tools.tsx'
import { calledOf } from '../../../drawing/shape.ts'
import { editor } from '../../../strings/stream-editor.ts'
import { changedStreamQuery } from '../changed-stream-query.ts'
import { type StreamChange, useStreamChange } from '../use-stream-change.ts'
import { GroundGrid } from './ground-grid.tsx'
import { ShapeForm } from './shape-form.tsx'
import { ShapeList } from './shape-list.tsx'
import {
  changeOf,
  type DrawingFault,
  type DrawnChange,
  type DrawnSettings,
  faultOf,
  inverseOf,
  newsOf,
  shapesOf
} from './stream-shapes.ts'
import { useDetectedClasses } from './use-detected-classes.ts'
import { useDraftCounts } from './use-draft-counts.ts'
import { useLeaving } from './use-leaving.ts'
import { usePageKeys } from './use-page-keys.ts'
import { usePastCounts } from './use-past-counts.ts'

interface StreamEditorProps {
  readonly stream: string
  readonly title: string
  /** The width of its picture by its height. */
  readonly aspect: number
  /** What lies over the picture, and is drawn on. */
  readonly over: HTMLElement | null
}

/** Draws what a stream counts, on its live picture, which is another's. */
export function StreamEditor(props: StreamEditorProps) {
  const { stream } = props
  const { data, error, refetch } = useQuery(changedStreamQuery(stream))
  if (error && !data) return <Failed error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton className="h-48" />
  return <Editing key={data.tag} {...props} settings={data.data.settings} tag={data.tag} />
}

interface EditingProps extends StreamEditorProps {
  readonly settings: Schema<'StreamDetail'>['settings']
  readonly tag: string | undefined
}

const kinds = ['line', 'zone', 'mask', 'spot'] as const

function Editing({ stream, title, aspect, over, settings, tag }: EditingProps) {
  const [before] = useState(() => shapesOf((settings ?? {}) as DrawnSettings))
  const [drawing, onDraw] = useState(() => drawingOf(before))
  const { shapes } = drawing
  const now = useDraftCounts(stream, shapes, aspect)
  const lastHour = usePastCounts(stream, shapes)
  const classes = useDetectedClasses(stream, settings?.classes)
  const news = newsOf(before, shapes)
  const isChanged = [news.added, news.changed, news.removed].some(names => names.length > 0)
  const fault = faultOf(shapes)
  const leaving = useLeaving(stream, isChanged)
  const queries = useQueryClient()
  const save = useStreamChange(stream, leaving.leaveSaved)
  const isOutdated = save.error instanceof ApiProblem && save.error.status === 412
  const trySave = (over = false) => {
    if (!isChanged || fault || save.isPending) return
    const change = changeOf(before, shapes)
    save.mutate({
      change: asSent(change),
      back: asSent(inverseOf(change, before)),
      tag: over ? undefined : tag,
      done: `${editor.saved(news)} ${editor.begins}`
    })
  }
  usePageKeys({
    history: event => {
      const next = historyKey(drawing, event)
      if (next) onDraw(next)
      return next !== undefined
    },
    save: trySave
  })
  const shape = selectedShape(drawing)
  return (
    <>
      {over &&
        createPortal(
          <>
            <GroundGrid shapes={shapes} aspect={aspect} />
            <DrawingSurface
              drawing={drawing}
              onDraw={onDraw}
              aspect={aspect}
              label={editor.surface(title)}
              notes={now}
              onLeave={leaving.leave}
            />
          </>,
          over
        )}
      <div className="grid gap-3 rounded-large border border-edge bg-surface p-3 xl:col-start-1">
        <DrawingTools drawing={drawing} onDraw={onDraw} kinds={kinds} />
        {save.isError && !isOutdated && <Failed error={save.error} />}
        {isOutdated && (
          <div className="grid gap-2">
            <Note tone="warn">{editor.outdated}</Note>
            <div className="flex flex-wrap gap-2">
              <Button onClick={() => void queries.resetQueries({ queryKey: changedStreamQuery(stream).queryKey })}>
                {editor.takeTheirs}
              </Button>
              <Button look="danger" onClick={() => trySave(true)}>
                {editor.saveMine}
              </Button>
            </div>
          </div>
        )}
        <div className="flex flex-wrap items-center justify-end gap-2 border-t border-edge pt-3">
          <p role="status" className="grow basis-full text-small text-soft sm:basis-0">
            {isChanged ? (fault ? faultText(fault) : editor.notSaved(news)) : editor.unchanged}
          </p>
          <Button className="min-h-11" onClick={leaving.leave}>
            {editor.leave}
          </Button>
          <Button
            look="main"
            className="min-h-11"
            isBusy={save.isPending}
            disabled={!isChanged || fault !== undefined}
            onClick={() => trySave()}
          >
            {editor.save}
          </Button>
        </div>
      </div>
      <div className="grid gap-4 xl:col-start-2 xl:row-span-2 xl:row-start-1">
        {shape && (
          <Card title={calledOf(shape)}>
            <ShapeForm
              key={shape.id}
              shape={shape}
              shapes={shapes}
              isNew={!before.some(({ id }) => id === shape.id)}
              onDraw={onDraw}
              knownClasses={classes}
            />
          </Card>
        )}
        <Card title={editor.list}>
          <ShapeList
            shapes={shapes}
            selected={drawing.selected}
            onSelect={id => onDraw(drawn => withSelected(drawn, id))}
            now={now}
            lastHour={lastHour}
          />
        </Card>
      </div>
      <Dialog isOpen={leaving.isAsked} onClose={leaving.stay} title={editor.leaveTitle}>
        <p>{editor.leaveText}</p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={leaving.stay}>{editor.goOn}</Button>
          <Button look="danger" onClick={leaving.proceed}>
            {editor.leaveAnyway}
          </Button>
        </div>
      </Dialog>
    </>
  )
}

/** What a drawing carries along came from the server, or from the forms: the server checks all of it. */
function asSent(change: DrawnChange): StreamChange {
  return change as StreamChange
}

function faultText(fault: DrawingFault): string {
  return fault.why === 'no-place' ? editor.noPlace(calledOf(fault.shape)) : editor.fewPlaces(fault.count)
}
