import { type PointerEvent, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import {
  type Drawing,
  insertedPoint,
  movedPoint,
  movedShape,
  placed,
  withSelected,
  withShape
} from './drawing-state.ts'
import { type Place, rectangle, spotAt, straightened } from './geometry.ts'
import { type Hit, hitAt } from './hit.ts'
import { type Spot, shapeRules } from './shape.ts'

/** Changes a drawing: what `useState` gives. */
export type OnDraw = (change: (before: Drawing) => Drawing) => void

/** Fingers need 44 pixels (WCAG 2.5.5): so far around a point it is meant. */
export const reachPx = { point: 22, gap: 16, edge: 12 } as const
/** Who moves less has pressed, and not dragged. */
const dragPx = { mouse: 4, touch: 10 } as const

interface Gesture {
  readonly from: Spot
  readonly fromPx: Spot
  readonly hit: Hit | undefined
  /** As it was when it began: where it goes on from, and back to. */
  readonly base: Drawing
  isDrag: boolean
}

interface GestureOptions {
  readonly drawing: Drawing
  readonly onDraw: OnDraw
  readonly aspect: number
  readonly place: Place | undefined
}

/** What a mouse, a pen or a finger does on a drawing. */
export function useGestures({ drawing, onDraw, aspect, place }: GestureOptions) {
  const gesture = useRef<Gesture>(null)
  /** Where the next point would be. */
  const [pointer, setPointer] = useState<Spot>()
  /** What is drawn in one go. */
  const [swept, setSwept] = useState<readonly Spot[]>([])

  const end = () => {
    gesture.current = null
    setSwept([])
  }

  return {
    pointer,
    setPointer,
    swept,
    /** Whether there was something to give up. */
    cancel(): boolean {
      const { current } = gesture
      if (!current) return false
      onDraw(() => current.base)
      end()
      return true
    },
    handlers: {
      onPointerDown(event: PointerEvent<HTMLElement>) {
        if (!place || event.button !== 0 || !event.isPrimary) return
        const surface = event.currentTarget
        surface.setPointerCapture(event.pointerId)
        // A field that loses the focus tells what was typed in it: that is in the drawing before anything is pressed there.
        let now = drawing
        flushSync(() => {
          surface.focus({ preventScroll: true })
          onDraw(before => {
            now = before
            return before
          })
        })
        const fromPx = pixelOf(event)
        const from = spotAt(place, fromPx)
        const { point, gap, edge } = reachPx
        const reach = { point: point / place.height, gap: gap / place.height, edge: edge / place.height }
        const hit = now.tool ? undefined : hitAt(now, from, reach, aspect)
        const base = now.tool ? now : withSelected(now, hit?.shape.id, hit?.on === 'point' ? hit.index : undefined)
        gesture.current = { from, fromPx, hit, base, isDrag: false }
        onDraw(() => base)
      },
      onPointerMove(event: PointerEvent<HTMLElement>) {
        if (!place) return
        const at = spotAt(place, pixelOf(event))
        if (drawing.tool) setPointer(aimed(drawing, at, event.shiftKey, aspect))
        const { current } = gesture
        if (!current) return
        const [x, y] = pixelOf(event)
        const far = Math.hypot(x - current.fromPx[0], y - current.fromPx[1])
        current.isDrag ||= far > (event.pointerType === 'mouse' ? dragPx.mouse : dragPx.touch)
        if (!current.isDrag) return
        if (current.base.tool) setSwept(sweep(current, at, event.shiftKey, aspect))
        else onDraw(before => dragged(current, at, event.shiftKey, aspect) ?? before)
      },
      onPointerUp(event: PointerEvent<HTMLElement>) {
        const { current } = gesture
        if (!current || !place) return
        const { tool } = current.base
        const at = spotAt(place, pixelOf(event))
        // What is seen as swept may be of an earlier place.
        const points = sweep(current, at, event.shiftKey, aspect)
        if (tool && points.length > 0) onDraw(before => withShape(before, tool, points))
        else if (tool) {
          // A mouse can say which of two points that are near each other it means.
          const reach = reachPx.point / place.height / (event.pointerType === 'mouse' ? 2 : 1)
          onDraw(before => placed(before, aimed(before, at, event.shiftKey, aspect), reach, aspect))
        }
        if (event.pointerType !== 'mouse') setPointer(undefined)
        end()
      },
      onPointerLeave() {
        if (!gesture.current) setPointer(undefined)
      },
      onPointerCancel() {
        const { current } = gesture
        if (current) onDraw(() => current.base)
        end()
      }
    }
  }
}

/** From the surface's own corner, whichever of its parts it was. */
function pixelOf({ clientX, clientY, currentTarget }: PointerEvent<HTMLElement>): Spot {
  const { left, top } = currentTarget.getBoundingClientRect()
  return [clientX - left, clientY - top]
}

/** Where the next point comes: with Shift, straight from the one before. */
function aimed({ begun }: Drawing, at: Spot, isStraight: boolean, aspect: number): Spot {
  const last = begun.at(-1)
  return isStraight && last ? straightened(last, at, aspect) : at
}

/** Flatter rectangles, in shares of the picture, are none. */
const flat = 0.01

/** What is drawn in one go: a line, or a rectangle; nothing for what is a single place, or where points are set one by one. */
function sweep({ base, from, isDrag }: Gesture, at: Spot, isStraight: boolean, aspect: number): readonly Spot[] {
  const { tool, begun } = base
  if (!tool || tool === 'spot' || !isDrag || begun.length > 0) return []
  const to = isStraight ? straightened(from, at, aspect) : at
  if (!shapeRules[tool].isClosed) return [from, to]
  const isFlat = Math.min(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])) < flat
  return isFlat ? [] : rectangle(from, to)
}

function dragged({ base, hit, from }: Gesture, at: Spot, isStraight: boolean, aspect: number): Drawing | undefined {
  if (!hit) return undefined
  const { shape } = hit
  const [byX, byY] = [at[0] - from[0], at[1] - from[1]]
  if (hit.on === 'shape') return movedShape(base, shape, byX, byY)
  if (hit.on === 'gap') return insertedPoint(base, shape, hit.index, at)
  const point = shape.points[hit.index]!
  const to: Spot = [point[0] + byX, point[1] + byY]
  const neighbour = shape.points[hit.index - 1] ?? shape.points[hit.index + 1]
  return movedPoint(base, shape, hit.index, isStraight && neighbour ? straightened(neighbour, to, aspect) : to)
}
