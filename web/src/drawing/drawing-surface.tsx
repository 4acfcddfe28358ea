import { type KeyboardEvent, useEffect, useId, useRef } from 'react'
import { flushSync } from 'react-dom'
import { drawing as words } from '../strings/drawing.ts'
import { historyKey, keyed, keyStep } from './drawing-keys.ts'
import { type Drawing, placed, selectedShape, withSelected } from './drawing-state.ts'
import { pixelsOf } from './geometry.ts'
import { gaps } from './hit.ts'
import { GapSign, Preview } from './preview.tsx'
import { shapeRules } from './shape.ts'
import { kindColours, ShapeDrawing } from './shape-drawing.tsx'
import { PointHandles, ShapeLabel } from './shape-handles.tsx'
import { type OnDraw, reachPx, useGestures } from './use-gestures.ts'
import { usePlace } from './use-place.ts'

interface DrawingSurfaceProps {
  readonly drawing: Drawing
  readonly onDraw: OnDraw
  /** The width of the picture below by its height; the surface fills the same place as the picture, which is fitted into it. */
  readonly aspect: number
  /** What it is, for those who hear it: `Lines and zones of Front door`. */
  readonly label: string
  /** What is written beside shapes, by their ids. */
  readonly notes?: Readonly<Record<string, string>>
  /** Escape, where there is nothing left to give up. */
  readonly onLeave?: () => void
}

/**
 * Where lines, zones, masks and spots are drawn and changed, with mouse, finger and keyboard; it lies over a picture, in an element
 * that is positioned. What is drawn is whoever's that shows it: `useState(() => drawingOf(shapes))`.
 */
export function DrawingSurface({ drawing, onDraw, aspect, label, notes = {}, onLeave }: DrawingSurfaceProps) {
  const ground = useRef<HTMLDivElement>(null)
  const place = usePlace(ground, aspect)
  const id = useId()
  const hatch = `hatch-${id}`
  const { pointer, setPointer, swept, cancel, handlers } = useGestures({ drawing, onDraw, aspect, place })
  const { tool, begun, point, selected, shapes } = drawing
  const shape = selectedShape(drawing)

  // Whoever begins to draw may go on with the keyboard; the point that is worked on is the one that keys move.
  useEffect(() => {
    if (tool) ground.current?.focus({ preventScroll: true })
    setPointer(undefined)
  }, [tool, setPointer])
  useEffect(() => {
    if (selected === undefined || point === undefined) return
    ground.current?.querySelector<HTMLElement>(`[data-point="${point}"]`)?.focus({ preventScroll: true })
  }, [selected, point])

  const drawWithKeys = (event: KeyboardEvent): boolean => {
    if (!tool || !place) return false
    const here = pointer ?? begun.at(-1) ?? [0.5, 0.5]
    const step = keyStep(event, aspect)
    if (step) setPointer([clamped(here[0] + step[0]), clamped(here[1] + step[1])])
    else if (event.key === 'Enter' || event.key === ' ') onDraw(before => placed(before, here, 0.004, aspect))
    else return false
    return true
  }
  const keepFocus = () => {
    if (!ground.current?.contains(document.activeElement)) ground.current?.focus({ preventScroll: true })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && cancel()) event.preventDefault()
    if (event.defaultPrevented) return
    const next = historyKey(drawing, event) ?? keyed(drawing, event, aspect)
    if (next) flushSync(() => onDraw(() => next))
    else if (event.key === 'Escape') onLeave?.()
    else if (!drawWithKeys(event)) return
    event.preventDefault()
    // What had the focus may be gone, and the next key may come before the next picture.
    keepFocus()
  }

  // Where the cross is, or the point that keys move.
  const told = tool ? pointer : shape?.points[point ?? -1]
  const preview = swept.length > 0 ? swept : tool && pointer ? [...begun, pointer] : begun
  const isClosing = tool !== undefined && shapeRules[tool].isClosed && begun.length >= shapeRules[tool].least
  return (
    <div
      ref={ground}
      role="application"
      aria-label={label}
      aria-describedby={id}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it is an application: what keys do in it is its own.
      tabIndex={0}
      onKeyDown={onKeyDown}
      // The focus goes where the picture says, and not to what happens to lie on top; a field elsewhere loses it, and tells what was typed.
      onMouseDown={event => {
        event.preventDefault()
        keepFocus()
      }}
      {...handlers}
      className={`absolute inset-0 touch-none -outline-offset-2 select-none ${tool ? 'cursor-crosshair' : ''}`}
    >
      <p id={id} className="sr-only">
        {tool ? words.howToDraw : words.howToChange}
      </p>
      <p role="status" className="sr-only">
        {told ? words.at(...told) : ''}
      </p>
      {place && (
        <>
          <svg aria-hidden="true" className="absolute inset-0 size-full">
            <defs>
              <pattern id={hatch} width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <rect width="9" height="9" fill="#05070c" fillOpacity="0.5" />
                <rect width="3" height="9" fill={kindColours.mask} fillOpacity="0.55" />
              </pattern>
            </defs>
            {shapes.map(each => (
              <g key={each.id}>
                <ShapeDrawing {...{ shape: each, place, aspect, hatch }} isSelected={each.id === selected} />
              </g>
            ))}
            {shape &&
              gaps(shape, (2 * reachPx.point) / place.height, aspect).map(({ index, middle }) => (
                <GapSign key={index} at={pixelsOf(place, middle)} />
              ))}
            {tool && preview.length > 0 && (
              <Preview points={preview.map(each => pixelsOf(place, each))} set={begun.length} isClosing={isClosing} />
            )}
          </svg>
          {!tool &&
            shapes.map(each => (
              <div key={each.id} className="contents">
                <ShapeLabel
                  shape={each}
                  place={place}
                  note={notes[each.id]}
                  isSelected={each.id === selected}
                  onSelect={() => each.id !== selected && onDraw(before => withSelected(before, each.id))}
                />
                {each.id === selected && (
                  <PointHandles
                    shape={each}
                    place={place}
                    point={point}
                    onPoint={index => onDraw(before => withSelected(before, each.id, index))}
                  />
                )}
              </div>
            ))}
        </>
      )}
    </div>
  )
}

function clamped(share: number): number {
  return Math.min(1, Math.max(0, share))
}
