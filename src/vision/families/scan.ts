/**
 * The first place from `from` to `end` whose number is not below `least`, or `end`. NaN is not below anything. Nearly
 * all of a model's numbers are passed over here: eight at a time, so that the loop is not what takes the time.
 */
export function nextAtLeast(data: Float32Array, from: number, end: number, least: number): number {
  let at = from
  for (; at + 8 <= end; at += 8) {
    const areBelow =
      data[at]! < least &&
      data[at + 1]! < least &&
      data[at + 2]! < least &&
      data[at + 3]! < least &&
      data[at + 4]! < least &&
      data[at + 5]! < least &&
      data[at + 6]! < least &&
      data[at + 7]! < least
    if (!areBelow) break
  }
  while (at < end && data[at]! < least) at++
  return at
}

/** The place of the largest of the numbers from `from` to `end`, `step` apart; of the first NaN, where there is one. */
export function largestAt(data: Float32Array, from: number, end: number, step = 1): number {
  let best = from
  for (let at = from; at < end; at += step) {
    const value = data[at]!
    if (Number.isNaN(value)) return at
    if (value > data[best]!) best = at
  }
  return best
}
