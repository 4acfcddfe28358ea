import { type Fit, fit, type PixelRequest, requestBytes } from '../../core/fit.ts'

/**
 * A picture that was scaled for one model, as another one wants it, and where it lies there. The same bytes where both want the
 * same; else scaled once more, bilinearly: what a model that stands in sees of the few frames that were not meant for it.
 * @param placed where the frame lies in `from`
 */
export function refit(from: Buffer, was: PixelRequest, placed: Fit, to: Buffer, wanted: PixelRequest): Fit {
  if (isSame(was, wanted)) {
    to.set(from.subarray(0, requestBytes(was)))
    return placed
  }
  const target = fit(placed.width, placed.height, wanted)
  to.fill(wanted.pad, 0, requestBytes(wanted))
  const [columns, rows] = [
    steps(target.width, placed.left, placed.width, was.width),
    steps(target.height, placed.top, placed.height, was.height)
  ]
  for (let y = 0; y < target.height; y++) {
    const [above, below, down] = [rows.low[y]! * was.width, rows.high[y]! * was.width, rows.share[y]!]
    let at = ((target.top + y) * wanted.width + target.left) * 3
    for (let x = 0; x < target.width; x++) {
      const [left, right, across] = [columns.low[x]!, columns.high[x]!, columns.share[x]!]
      for (let channel = 0; channel < 3; channel++) {
        const top = mix(from[(above + left) * 3 + channel]!, from[(above + right) * 3 + channel]!, across)
        const bottom = mix(from[(below + left) * 3 + channel]!, from[(below + right) * 3 + channel]!, across)
        to[at++] = Math.round(mix(top, bottom, down))
      }
    }
  }
  return target
}

function isSame(one: PixelRequest, other: PixelRequest): boolean {
  return one.width === other.width && one.height === other.height && one.mode === other.mode && one.pad === other.pad
}

function mix(one: number, other: number, share: number): number {
  return one + (other - one) * share
}

/** For each pixel of the target, the two that it lies between in `length` pixels from `begin` on, and how near to the second. */
function steps(count: number, begin: number, length: number, most: number) {
  const low = new Int32Array(count)
  const high = new Int32Array(count)
  const share = new Float32Array(count)
  for (let at = 0; at < count; at++) {
    const middle = Math.min(Math.max(begin + ((at + 0.5) * length) / count - 0.5, 0), most - 1)
    low[at] = Math.floor(middle)
    high[at] = Math.min(low[at]! + 1, most - 1)
    share[at] = middle - low[at]!
  }
  return { low, high, share }
}
