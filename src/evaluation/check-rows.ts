import { SightlineError } from '../core/errors.ts'
import { hasClasses } from './convention.ts'
import type { FrameOrder } from './frame-order.ts'
import type { MotRows } from './mot-rows.ts'

/** @throws SL_EVAL_MISMATCH where a row is of a frame that the sequence does not have */
export function checkLength(
  { lines }: MotRows,
  { frames, starts, order }: FrameOrder,
  name: string,
  length = Infinity
): void {
  const last = frames.length - 1
  if (last < 0 || frames[last]! <= length) return
  const first = frames.findIndex(frame => frame > length)
  throw new SightlineError(
    'SL_EVAL_MISMATCH',
    `Line ${lines[order[starts[first]!]!]} of ${name} is of frame ${frames[first]}, but the sequence ends with frame ${length} by its seqinfo.ini.`
  )
}

/** Only persons are scored. @throws SL_ROWS_INVALID where results name another class in an eighth column */
export function checkResultClasses(results: MotRows, name: string): void {
  if (!hasClasses(results)) return
  const row = results.classes.subarray(0, results.count).findIndex(label => label > 1)
  if (row < 0) return
  throw new SightlineError(
    'SL_ROWS_INVALID',
    `Line ${results.lines[row]} of ${name} has the class ${results.classes[row]}: persons (class 1) alone are scored. Leave other rows out.`
  )
}
