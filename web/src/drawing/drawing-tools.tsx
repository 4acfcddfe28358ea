import type { ComponentProps } from 'react'
import { Button, IconButton } from '../design/button.tsx'
import { classNames } from '../design/class-names.ts'
import { drawing as words } from '../strings/drawing.ts'
import { shell } from '../strings/shell.ts'
import {
  type Drawing,
  duplicated,
  finished,
  insertedPoint,
  redone,
  removed,
  removedPoint,
  selectedShape,
  turned,
  undone,
  withTool
} from './drawing-state.ts'
import { type Shape, type ShapeKind, shapeRules } from './shape.ts'
import type { OnDraw } from './use-gestures.ts'

interface DrawingToolsProps {
  readonly drawing: Drawing
  readonly onDraw: OnDraw
  /** What can be drawn here. */
  readonly kinds: readonly ShapeKind[]
}

/** What is drawn next, what can be done with what is selected, and every step back. */
export function DrawingTools({ drawing, onDraw, kinds }: DrawingToolsProps) {
  const { tool, begun, past, future, point } = drawing
  const shape = selectedShape(drawing)
  return (
    <div className="grid gap-2">
      <div role="toolbar" aria-label={words.tools} className="flex gap-1.5">
        {kinds.map(kind => (
          <Tool
            key={kind}
            icon={kind}
            aria-pressed={tool === kind}
            look={tool === kind ? 'main' : 'plain'}
            className="grow max-sm:px-1.5 sm:grow-0 sm:px-4"
            onClick={() => onDraw(before => withTool(before, tool === kind ? undefined : kind))}
          >
            {words.draw[kind]}
          </Tool>
        ))}
      </div>
      <div className="flex min-h-11 items-start gap-2">
        <div className="flex min-h-11 grow flex-wrap items-center gap-2">
          {tool && <UnderWay tool={tool} set={begun.length} onDraw={onDraw} />}
          {shape && <ShapeTools shape={shape} point={point} onDraw={onDraw} />}
          {!tool && !shape && <p className="text-small text-soft">{words.chooseHint}</p>}
        </div>
        <IconButton
          icon="undo"
          name={shell.undo}
          className="size-11"
          disabled={past.length === 0 && begun.length === 0}
          onClick={() => onDraw(undone)}
        />
        <IconButton
          icon="redo"
          name={words.redo}
          className="size-11"
          disabled={future.length === 0}
          onClick={() => onDraw(redone)}
        />
      </div>
    </div>
  )
}

/** Small to the eye, and 44 pixels high to fingers. */
function Tool({ className, ...rest }: ComponentProps<typeof Button>) {
  return <Button isSmall {...rest} className={classNames('min-h-11', className)} />
}

interface UnderWayProps extends Pick<DrawingToolsProps, 'onDraw'> {
  readonly tool: ShapeKind
  /** So many points are. */
  readonly set: number
}

/** What to do next with what is being drawn. */
function UnderWay({ tool, set, onDraw }: UnderWayProps) {
  const { isClosed, least } = shapeRules[tool]
  return (
    <>
      <p role="status" className="grow text-small text-soft">
        {words.next[tool](set)}
      </p>
      {isClosed && (
        <Tool disabled={set < least} onClick={() => onDraw(finished)}>
          {words.finish}
        </Tool>
      )}
      <Tool look="quiet" onClick={() => onDraw(before => withTool(before, undefined))}>
        {shell.cancel}
      </Tool>
    </>
  )
}

interface ShapeToolsProps extends Pick<DrawingToolsProps, 'onDraw'> {
  readonly shape: Shape
  readonly point: number | undefined
}

/** What can be done with a shape, and with the point of it that is worked on. */
function ShapeTools({ shape, point, onDraw }: ShapeToolsProps) {
  const { kind, points } = shape
  const isFewest = points.length <= shapeRules[kind].least
  return (
    <>
      {kind === 'line' && (
        <Tool icon="swap" onClick={() => onDraw(before => turned(before, shape))}>
          {words.turn}
        </Tool>
      )}
      {kind !== 'spot' && (
        <>
          <Tool icon="copy" onClick={() => onDraw(before => duplicated(before, shape))}>
            {words.duplicate}
          </Tool>
          <Tool
            icon="plus"
            disabled={point === undefined}
            onClick={() => onDraw(before => insertedPoint(before, shape, point ?? 0))}
          >
            {words.insertPoint}
          </Tool>
          <Tool
            icon="minus"
            disabled={point === undefined || isFewest}
            onClick={() => onDraw(before => removedPoint(before, shape, point ?? 0))}
          >
            {words.removePoint}
          </Tool>
        </>
      )}
      <Tool look="danger" icon="trash" onClick={() => onDraw(before => removed(before, shape.id))}>
        {words.remove}
      </Tool>
    </>
  )
}
