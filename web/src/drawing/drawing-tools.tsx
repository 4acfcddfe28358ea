import { Button, IconButton } from '../design/button.tsx'
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
import { type ShapeKind, shapeRules } from './shape.ts'
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
          <Button
            key={kind}
            icon={kind}
            aria-pressed={tool === kind}
            look={tool === kind ? 'main' : 'plain'}
            isSmall
            className="min-h-11 grow max-sm:px-1.5 sm:grow-0 sm:px-4"
            onClick={() => onDraw(before => withTool(before, tool === kind ? undefined : kind))}
          >
            {words.draw[kind]}
          </Button>
        ))}
      </div>
      <div className="flex min-h-11 items-start gap-2">
        <div className="flex min-h-11 grow flex-wrap items-center gap-2">
          {tool && (
            <>
              <p role="status" className="grow text-small text-soft">
                {words.next[tool](begun.length)}
              </p>
              {shapeRules[tool].isClosed && (
                <Button
                  isSmall
                  className="min-h-11"
                  disabled={begun.length < shapeRules[tool].least}
                  onClick={() => onDraw(finished)}
                >
                  {words.finish}
                </Button>
              )}
              <Button
                isSmall
                look="quiet"
                className="min-h-11"
                onClick={() => onDraw(before => withTool(before, undefined))}
              >
                {shell.cancel}
              </Button>
            </>
          )}
          {!tool && !shape && <p className="text-small text-soft">{words.chooseHint}</p>}
          {shape && (
            <>
              {shape.kind === 'line' && (
                <Button
                  isSmall
                  icon="swap"
                  className="min-h-11"
                  onClick={() => onDraw(before => turned(before, shape))}
                >
                  {words.turn}
                </Button>
              )}
              {shape.kind !== 'spot' && (
                <>
                  <Button
                    isSmall
                    icon="copy"
                    className="min-h-11"
                    onClick={() => onDraw(before => duplicated(before, shape))}
                  >
                    {words.duplicate}
                  </Button>
                  <Button
                    isSmall
                    icon="plus"
                    className="min-h-11"
                    disabled={point === undefined}
                    onClick={() =>
                      onDraw(before =>
                        insertedPoint(
                          before,
                          shape,
                          insertAfter(shape.points.length, point ?? 0, shapeRules[shape.kind].isClosed)
                        )
                      )
                    }
                  >
                    {words.insertPoint}
                  </Button>
                  <Button
                    isSmall
                    icon="minus"
                    className="min-h-11"
                    disabled={point === undefined || shape.points.length <= shapeRules[shape.kind].least}
                    onClick={() => onDraw(before => removedPoint(before, shape, point ?? 0))}
                  >
                    {words.removePoint}
                  </Button>
                </>
              )}
              <Button
                isSmall
                look="danger"
                icon="trash"
                className="min-h-11"
                onClick={() => onDraw(before => removed(before, shape.id))}
              >
                {words.remove}
              </Button>
            </>
          )}
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

/** A line ends with its last point: behind that there is no edge. */
function insertAfter(count: number, point: number, isClosed: boolean): number {
  return isClosed ? point : Math.min(point, count - 2)
}
