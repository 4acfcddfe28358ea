import {
  type Drawing,
  duplicated,
  insertedPoint,
  movedPoint,
  movedShape,
  redone,
  removed,
  removedPoint,
  selectedShape,
  undone,
  withSelected,
  withTool
} from './drawing-state.ts'
import type { Spot } from './shape.ts'

export interface PressedKey {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
}

/** Heights of the picture; with Shift ten times as far. */
const stepHeights = 0.005
const arrows: Readonly<Record<string, Spot>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1]
}

/** How far a key moves something, in shares of the picture; undefined for one that moves nothing. */
export function keyStep({ key, shiftKey }: PressedKey, aspect: number): Spot | undefined {
  const arrow = arrows[key]
  const far = stepHeights * (shiftKey ? 10 : 1)
  return arrow && [(arrow[0] * far) / aspect, arrow[1] * far]
}

/** Back and forth; undefined for a key that does neither. */
export function historyKey(drawing: Drawing, { key, shiftKey, ctrlKey, metaKey }: PressedKey): Drawing | undefined {
  if (!ctrlKey && !metaKey) return undefined
  const letter = key.toLowerCase()
  if (letter === 'y' || (letter === 'z' && shiftKey)) return redone(drawing)
  return letter === 'z' ? undone(drawing) : undefined
}

/** What a key does to what is selected, a point of it or all of it; undefined where it does nothing. */
export function keyed(drawing: Drawing, pressed: PressedKey, aspect: number): Drawing | undefined {
  const { key, ctrlKey, metaKey } = pressed
  const { tool, point } = drawing
  const shape = selectedShape(drawing)
  const isEscape = key === 'Escape'
  if (tool) {
    if (key === 'Backspace') return undone(drawing)
    return isEscape ? withTool(drawing, undefined) : undefined
  }
  if (!shape) return undefined
  if ((ctrlKey || metaKey) && key.toLowerCase() === 'd') return duplicated(drawing, shape)
  const step = keyStep(pressed, aspect)
  if (point === undefined) {
    if (step) return movedShape(drawing, shape, ...step, `keys ${shape.id}`)
    if (key === 'Delete' || key === 'Backspace') return removed(drawing, shape.id)
    return isEscape ? withSelected(drawing, undefined) : undefined
  }
  const at = shape.points[point]
  if (step && at)
    return movedPoint(drawing, shape, point, [at[0] + step[0], at[1] + step[1]], `keys ${shape.id} ${point}`)
  if (key === 'Delete' || key === 'Backspace') return removedPoint(drawing, shape, point)
  if (key === 'Insert' || key === '+') return insertedPoint(drawing, shape, point)
  return isEscape ? withSelected(drawing, shape.id) : undefined
}
