import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { answer, api } from '../../api/client.ts'
import { Button, buttonLook } from '../../design/button.tsx'
import { Card, Page } from '../../design/card.tsx'
import { Field } from '../../design/field.tsx'
import { Failed, Loading, Note, Skeleton } from '../../design/states.tsx'
import { toast } from '../../design/toast.tsx'
import { type Drawing, drawingOf, selectedShape, withSelected, withTool } from '../../drawing/drawing-state.ts'
import { DrawingSurface } from '../../drawing/drawing-surface.tsx'
import { DrawingTools } from '../../drawing/drawing-tools.tsx'
import type { Shape } from '../../drawing/shape.ts'
import { ground } from '../../strings/ground.ts'
import { GroundGrid } from '../stream/editor/ground-grid.tsx'
import { ShapeForm } from '../stream/editor/shape-form.tsx'
import { ShapeList } from '../stream/editor/shape-list.tsx'
import { faultOf, leastPlaces, shapesOf, worldOf } from '../stream/editor/stream-shapes.ts'
import { lengthOf, placed, sidesOf } from './ground-places.ts'
import { GroundStill, MomentField } from './ground-still.tsx'
import { type FoundReport, reportQuery } from './report-queries.ts'

/** Where somebody says where the ground is, so that a report has metres. */
export function GroundPage() {
  const { id } = useParams({ from: '/reports/$id/ground' })
  const { data, error, refetch } = useQuery(reportQuery(id))
  const actions = (
    <Link to="/reports/$id" params={{ id }} className={buttonLook('plain')}>
      {ground.back}
    </Link>
  )
  return (
    <Page title={ground.title} actions={actions}>
      {data ? (
        <Ground key={id} id={id} found={data} />
      ) : error ? (
        <Failed error={error} onRetry={() => void refetch()} />
      ) : (
        <Loading>
          <Skeleton className="aspect-video" />
        </Loading>
      )}
    </Page>
  )
}

interface GroundProps {
  readonly id: string
  readonly found: FoundReport
}

const usualAspect = 16 / 9

function Ground({ id, found }: GroundProps) {
  const { title, files, summary, calibration, recording } = found
  const known = calibration ? sidesOf(calibration.points.map(({ world }) => world)) : undefined
  const [drawing, setDrawing] = useState(() => begun(calibration, known !== undefined))
  const [first, setFirst] = useState(known ? String(known.first) : '')
  const [second, setSecond] = useState(known ? String(known.second) : '')
  const input = summary?.input
  const [aspect, setAspect] = useState(input ? input.width / input.height : usualAspect)
  const stage = useRef<HTMLDivElement>(null)
  const onDraw = (change: (before: Drawing) => Drawing) => setDrawing(before => goingOn(before, change(before)))
  const shapes = placed(drawing.shapes, { first: lengthOf(first), second: lengthOf(second) })
  const shape = selectedShape({ ...drawing, shapes })
  const fault = faultOf(shapes)
  const isReady = shapes.length >= leastPlaces && !fault
  const save = useSaved(id, found)
  const video = recording.asset === null ? undefined : `/api/v1/recordings/${encodeURIComponent(id)}/video`
  const picture = files.find(({ name }) => name === 'heatmap.png')?.href
  return (
    <>
      <div className="grid max-w-prose gap-1 text-soft">
        <p className="font-medium text-text">{title}</p>
        <p>{ground.what}</p>
      </div>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
        <div className="grid gap-3">
          <div
            ref={stage}
            className="relative w-full overflow-hidden rounded-large bg-stage"
            style={{ aspectRatio: String(Math.min(2.2, Math.max(0.8, aspect))) }}
          >
            <GroundStill title={title} video={video} picture={picture} onAspect={setAspect} />
            <GroundGrid shapes={shapes} aspect={aspect} />
            <DrawingSurface drawing={drawing} onDraw={onDraw} aspect={aspect} label={ground.surface(title)} />
          </div>
          <DrawingTools drawing={drawing} onDraw={onDraw} kinds={['spot']} />
          {video !== undefined && <MomentField stage={stage} />}
        </div>
        <Card title={ground.places}>
          <div className="grid gap-4">
            <fieldset className="grid gap-3">
              <legend className="sr-only">{ground.sides}</legend>
              <Side label={ground.first} value={first} onChange={setFirst} />
              <Side label={ground.second} value={second} onChange={setSecond} />
              <p className="text-small text-soft">{ground.known}</p>
            </fieldset>
            {shapes.length > 0 && (
              <ShapeList
                shapes={shapes}
                selected={drawing.selected}
                onSelect={chosen => onDraw(before => withSelected(before, chosen))}
                now={{}}
                lastHour={{}}
              />
            )}
            {shape ? (
              <ShapeForm key={shape.id} shape={shape} shapes={shapes} isNew onDraw={onDraw} knownClasses={[]} />
            ) : (
              <p className="text-small text-soft">{ground.others}</p>
            )}
            <Note tone="info">{ground.still}</Note>
            {save.isError && <Failed error={save.error} />}
            <div className="grid gap-3 border-t border-edge pt-3">
              <p role="status" className="text-small text-soft">
                {stateOf(shapes, fault)}
              </p>
              <Button
                look="main"
                className="min-h-11"
                isBusy={save.isPending}
                disabled={!isReady}
                onClick={() => save.mutate(shapes)}
              >
                {ground.save}
              </Button>
              <p className="text-small text-soft">{ground.after}</p>
            </div>
          </div>
        </Card>
      </div>
    </>
  )
}

interface SideProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
}

function Side({ label, value, onChange }: SideProps) {
  return (
    <Field
      label={label}
      inputMode="decimal"
      autoComplete="off"
      value={value}
      onChange={({ target }) => onChange(target.value)}
      className="min-h-11"
    />
  )
}

/** What was said before, or nothing, and the first place is marked next. */
function begun(calibration: FoundReport['calibration'], isRectangle: boolean): Drawing {
  if (!calibration) return withTool(drawingOf([]), 'spot')
  const shapes = shapesOf({ calibration })
  return drawingOf(isRectangle ? shapes.map(shape => ({ ...shape, facts: {} })) : shapes)
}

/** One place after the other, until there are enough. */
function goingOn(before: Drawing, next: Drawing): Drawing {
  const isMore = next.shapes.length > before.shapes.length && next.shapes.length < leastPlaces
  return isMore ? withTool(next, 'spot') : next
}

function stateOf(shapes: readonly Shape[], fault: ReturnType<typeof faultOf>): string {
  if (shapes.length === 0) return ground.none
  if (shapes.length < leastPlaces) return ground.fewPlaces(shapes.length)
  return fault?.why === 'no-place' ? ground.noPlace(fault.shape.name) : ground.ready
}

function useSaved(id: string, { stream, epoch }: FoundReport) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn(shapes: readonly Shape[]) {
      const points = shapes.flatMap(shape => {
        const [world, image] = [worldOf(shape), shape.points[0]]
        return world && image ? [{ image: [...image] as [number, number], world: [...world] as [number, number] }] : []
      })
      return answer(api.PUT('/api/v1/reports/{id}/calibration', { params: { path: { id } }, body: { points } }))
    },
    async onSuccess(changed) {
      queries.setQueryData(reportQuery(id).queryKey, before => before && { ...before, ...changed })
      queries.removeQueries({ queryKey: ['report', stream, epoch, 'file'] })
      toast({ tone: 'good', text: ground.saved })
      await navigate({ to: '/reports/$id', params: { id } })
    }
  })
}
