import { AV_PIX_FMT_GRAY8, type SwsFlags } from 'node-av/constants'
import { SoftwareScaleContext } from 'node-av/lib'
import { pixelSlackBytes } from '../core/fit.ts'

/** Where a scaler puts a picture's columns: column `x` of the source lands at `left + x · width ÷ sourceWidth`. */
export interface ColumnMap {
  readonly left: number
  readonly width: number
}

const rows = 4
/** Brightness rises by one a column and falls back after this many: each sample tells its place to half a column. */
const period = 256
/** At the picture's ends the scaler repeats its last column: this share of the width tells nothing. */
const ends = 0.04

/**
 * Measures where FFmpeg's scaler puts columns. Its fast bilinear mode takes the first source pixel for the first
 * target pixel and steps on from there, on x86 with a step that is off by up to 0.5 %, so that what is at the right
 * edge lands several pixels from where it should. A sawtooth of known brightness is scaled, and a line fitted through what
 * comes out; it takes well under a millisecond and holds on every platform and version.
 */
export function measureColumns(sourceWidth: number, targetWidth: number, flags: SwsFlags): ColumnMap {
  const source = Buffer.alloc(sourceWidth * rows + pixelSlackBytes)
  for (let at = 0; at < sourceWidth * rows; at++) source[at] = (at % sourceWidth) % period
  const target = Buffer.alloc(targetWidth * rows + pixelSlackBytes)
  using context = new SoftwareScaleContext()
  context.getContext(sourceWidth, rows, AV_PIX_FMT_GRAY8, targetWidth, rows, AV_PIX_FMT_GRAY8, flags)
  context.scaleSync([source], [sourceWidth], 0, rows, [target], [targetWidth])
  const { slope, offset } = fitLine(target, sourceWidth / targetWidth, targetWidth)
  // Indices count pixel centres, places count from the edge of the first pixel: half a pixel apart on both sides.
  return { left: 0.5 - (offset + 0.5) / slope, width: sourceWidth / slope }
}

/** Many streams have few sizes. */
const mostKnown = 64
const known = new Map<string, ColumnMap>()

/** The same, measured once for all who ask. */
export function columnsOf(sourceWidth: number, targetWidth: number, flags: SwsFlags): ColumnMap {
  const key = `${sourceWidth}>${targetWidth}:${flags}`
  const found = known.get(key) ?? measureColumns(sourceWidth, targetWidth, flags)
  if (known.size >= mostKnown && !known.has(key)) known.clear()
  known.set(key, found)
  return found
}

/** Least squares through (target column, source column), the latter unwrapped from the sawtooth by the nominal step. */
function fitLine(samples: Buffer, step: number, width: number): { slope: number; offset: number } {
  let [n, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0]
  // Near the jump from bright to dark a sample may be a mixture, and the drift is not known yet.
  const margin = Math.min(period / 2 - 8, 2 * step + 0.006 * width * step)
  for (let x = Math.ceil(width * ends); x < width * (1 - ends); x++) {
    const phase = (x * step) % period
    if (phase < margin || phase > period - margin) continue
    const value = samples[x]!
    const y = value + period * Math.round((x * step - value) / period)
    n++
    sumX += x
    sumY += y
    sumXX += x * x
    sumXY += x * y
  }
  const determinant = n * sumXX - sumX * sumX
  if (n < 2 || determinant === 0) return { slope: step, offset: 0 }
  const slope = (n * sumXY - sumX * sumY) / determinant
  return { slope, offset: (sumY - slope * sumX) / n }
}
