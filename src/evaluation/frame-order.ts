import type { MotRows } from './mot-rows.ts'

/** A file's rows by frame, each frame's in the order of the file. */
export interface FrameOrder {
  /** The frames that have rows, ascending. */
  readonly frames: readonly number[]
  /** Rows of `frames[f]` are `order[starts[f]]` … `order[starts[f + 1] − 1]`; one longer than `frames`. */
  readonly starts: readonly number[]
  readonly order: Int32Array
}

/** Rows may come in any order: by frame, by track, or shuffled. */
export function frameOrder(rows: MotRows): FrameOrder {
  const order = sortedByFrame(rows)
  const frames: number[] = []
  const starts: number[] = []
  let last = 0
  for (let at = 0; at < order.length; at++) {
    const frame = rows.frames[order[at]!]!
    if (frame === last) continue
    last = frame
    frames.push(frame)
    starts.push(at)
  }
  starts.push(order.length)
  return { frames, starts, order }
}

/** One frame's rows of two files; none where a file lacks the frame. */
export interface SharedFrame {
  readonly truthRows: Int32Array
  readonly resultRows: Int32Array
}

/** The frames that either file has, ascending. */
export function sharedFrames(truth: FrameOrder, results: FrameOrder): SharedFrame[] {
  const shared: SharedFrame[] = []
  for (let i = 0, j = 0; i < truth.frames.length || j < results.frames.length; ) {
    const truthFrame = truth.frames[i] ?? Infinity
    const resultFrame = results.frames[j] ?? Infinity
    shared.push({
      truthRows: truthFrame <= resultFrame ? rowsOf(truth, i++) : noRows,
      resultRows: resultFrame <= truthFrame ? rowsOf(results, j++) : noRows
    })
  }
  return shared
}

const noRows = new Int32Array(0)

function rowsOf({ starts, order }: FrameOrder, at: number): Int32Array {
  return order.subarray(starts[at], starts[at + 1])
}

function sortedByFrame({ count, frames }: MotRows): Int32Array {
  const order = new Int32Array(count)
  let isSorted = true
  for (let row = 0; row < count; row++) {
    order[row] = row
    if (row > 0 && frames[row]! < frames[row - 1]!) isSorted = false
  }
  if (isSorted) return order
  return order.sort((a, b) => frames[a]! - frames[b]! || a - b)
}
