import { SightlineError } from '../core/errors.ts'
import type { FrameOrder } from './frame-order.ts'
import type { MotRows } from './mot-rows.ts'

/** Who a file's rows are, counted from 0 without gaps. */
export interface Identities {
  /** By row. */
  readonly of: Int32Array
  readonly count: number
}

/** @throws SL_ROWS_INVALID where a row has no id, or a frame has one id twice */
export function identitiesOf(rows: MotRows, { order }: FrameOrder, name: string): Identities {
  const { frames, ids, lines } = rows
  const known = new Map<number, number>()
  const of = new Int32Array(rows.count)
  const lastRowOf: number[] = []
  for (let at = 0; at < order.length; at++) {
    const row = order[at]!
    const id = ids[row]!
    if (id < 0) {
      throw new SightlineError(
        'SL_ROWS_INVALID',
        `Line ${lines[row]} of ${name} has the id ${id}: only tracks can be scored, and a track has an id from 0 on.`
      )
    }
    let identity = known.get(id)
    if (identity === undefined) {
      identity = known.size
      known.set(id, identity)
    } else if (frames[lastRowOf[identity]!] === frames[row]) {
      throw new SightlineError(
        'SL_ROWS_INVALID',
        `Lines ${lines[lastRowOf[identity]!]} and ${lines[row]} of ${name} both have the id ${id} in frame ${frames[row]}: who is which cannot be told.`
      )
    }
    lastRowOf[identity] = row
    of[row] = identity
  }
  return { of, count: known.size }
}
