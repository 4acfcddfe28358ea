import { withoutEmulationPrevention } from './nal-units.ts'

/** ITU-T H.264, D.1.1. */
const recoveryPoint = 6

/**
 * Whether one of the messages in an H.264 unit of supplemental information (SEI, ITU-T H.264, 7.3.2.3) says that decoding may begin
 * with its picture, although that is no IDR picture (D.2.8): after some more it is as if nothing had been missed.
 */
export function saysRecoveryPoint(unit: Buffer): boolean {
  const bytes = withoutEmulationPrevention(unit)
  let at = 1
  /** Sums up bytes to the first one that is not 255. */
  const number = () => {
    let sum = 0
    for (; bytes[at] === 0xff; at++) sum += 0xff
    return sum + (bytes[at++] ?? 0)
  }
  // What is left at the end is no message: the bits that fill up the last byte.
  while (at + 1 < bytes.length) {
    const kind = number()
    const size = number()
    if (kind === recoveryPoint && size > 0 && at < bytes.length) return true
    at += size
  }
  return false
}
