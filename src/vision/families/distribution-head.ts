import type { DetectionColumns } from '../../core/columns.ts'
import type { DecodeDetections, ModelInput, OutputShape } from './family.ts'
import { cellCount, cellGrid } from './grid.ts'
import { largestAt, rowsAtLeast } from './scan.ts'

/**
 * Heads that give each side of a box as a distribution over whole strides from the cell's centre (generalised focal
 * loss, Li et al. 2020, arXiv:2006.04388): of `bins` numbers through the softmax the mean is the distance.
 */
export interface DistributionRows {
  /** Class scores of a cell begin at `scoreAt` + cell · `scoreStep`. */
  readonly scores: Float32Array
  readonly scoreAt: number
  readonly scoreStep: number
  readonly classes: number
  /** Its four distributions (left, top, right, bottom) begin at `sideAt` + cell · `sideStep`. */
  readonly sides: Float32Array
  readonly sideAt: number
  readonly sideStep: number
  readonly bins: number
}

/** Where a cell's centre is: `offset` strides from its beginning, less `lag` pixels. */
export interface CellCentre {
  readonly offset: number
  readonly lag: number
}

/** Reads as many cells as lie in `grid`, which cellGrid gives. */
export function decodeDistributions(
  { scores, scoreAt, scoreStep, classes, sides, sideAt, sideStep, bins }: DistributionRows,
  grid: Float64Array,
  { offset, lag }: CellCentre,
  minScore: number,
  boxes: DetectionColumns
): void {
  for (const cell of rowsAtLeast(scores, scoreAt, grid.length / 3, scoreStep, classes, minScore)) {
    const from = scoreAt + cell * scoreStep
    const best = largestAt(scores, from, from + classes)
    if (scores[best]! < minScore) continue
    const stride = grid[cell * 3 + 2]!
    const side = sideAt + cell * sideStep
    const x = (grid[cell * 3]! + offset) * stride - lag
    const y = (grid[cell * 3 + 1]! + offset) * stride - lag
    const left = distributionMean(sides, side, bins) * stride
    const top = distributionMean(sides, side + bins, bins) * stride
    const right = distributionMean(sides, side + 2 * bins, bins) * stride
    const bottom = distributionMean(sides, side + 3 * bins, bins) * stride
    boxes.push(x - left, y - top, left + right, top + bottom, scores[best]!, best - from)
  }
}

/** A decoder for outputs that `distributionClasses` has accepted. */
export function distributionDecoder(
  input: ModelInput,
  outputs: readonly OutputShape[],
  strides: readonly number[],
  centre: CellCentre
): DecodeDetections {
  const levels = strides.length
  const grids = strides.map(stride => cellGrid(input, [stride]))
  const classes = outputs[0]!.dims[2]!
  const numbers = outputs[levels]!.dims[2]!
  return (tensors, minScore, boxes) => {
    for (const [level, grid] of grids.entries()) {
      const rows = {
        ...{ scores: tensors[level]!.data, scoreAt: 0, scoreStep: classes, classes },
        ...{ sides: tensors[levels + level]!.data, sideAt: 0, sideStep: numbers, bins: numbers / 4 }
      }
      decodeDistributions(rows, grid, centre, minScore, boxes)
    }
  }
}

/** The mean of the distribution that `bins` numbers, `step` apart, are the logarithms of. */
export function distributionMean(data: Float32Array, from: number, bins: number, step = 1): number {
  let largest = data[from]!
  for (let n = 1; n < bins; n++) largest = Math.max(largest, data[from + n * step]!)
  let sum = 0
  let weighted = 0
  for (let n = 0; n < bins; n++) {
    const part = Math.exp(data[from + n * step]! - largest)
    sum += part
    weighted += part * n
  }
  return weighted / sum
}

/**
 * How many classes there are where each stride has an output for scores, `[1, cells, classes]`, and after all of these one
 * for the sides, `[1, cells, 4 · bins]`; undefined for outputs of other sizes.
 */
export function distributionClasses(
  input: ModelInput,
  outputs: readonly OutputShape[],
  strides: readonly number[]
): number | undefined {
  const levels = strides.length
  const classes = outputs[0]?.dims[2]
  const sides = outputs[levels]?.dims[2]
  if (outputs.length !== 2 * levels || !classes || !sides || sides < 8 || sides % 4 !== 0) return undefined
  const isRight = outputs.every(({ dims }, index) => {
    const numbers = index < levels ? classes : sides
    return dims.length === 3 && dims[1] === cellCount(input, [strides[index % levels]!]) && dims[2] === numbers
  })
  return isRight ? classes : undefined
}
