/**
 * What cells' numbers are: an amount, which two cells together have the sum of (seconds spent there), or a rate, which
 * they do not (a speed, the length of a visit).
 */
export type HeatQuantity = 'amount' | 'rate'

/** Presence by place: `values[row * columns + column]`, over the whole frame, in any unit. */
export interface PresenceGrid {
  readonly columns: number
  readonly rows: number
  readonly values: Float64Array
}

/** A smoothed grid, finer than the one it came from; values from 0 to 1. */
export interface HeatField {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
  /**
   * What 1 stands for, in the grid's unit: the amount that the hottest place has, or the highest rate there. A place
   * reaches as far as the blur; blurring does not lower its number.
   */
  readonly peak: number
  /** True when there is more somewhere, drawn as if it were `peak`. */
  readonly isCut: boolean
}

/** The blur's sigma as a share of the frame's width: wider hides single steps, narrower shows noise. */
const blur = 0.014

/**
 * Blurs a grid with a Gaussian and samples it at `width`×`height`. One place where somebody stands for hours must
 * not turn the rest dark: values beyond the 99.5th percentile of the cells that were visited at all are cut to it.
 */
export function heatField(grid: PresenceGrid, quantity: HeatQuantity, width: number, height: number): HeatField {
  const limit = highest(grid.values)
  const cut = { ...grid, values: grid.values.map(value => Math.min(value, limit)) }
  const sigma = Math.max(0.7, grid.columns * blur)
  const smooth = blurred(blurred(cut, sigma, 'columns'), sigma, 'rows')
  const hottest = smooth.values.reduce((best, value, cell, all) => (value > all[best]! ? cell : best), 0)
  const strongest = smooth.values[hottest] ?? 0
  const values = new Float32Array(width * height)
  if (strongest === 0) return { width, height, values, peak: 0, isCut: false }
  for (let y = 0; y < height; y++) {
    const gridY = ((y + 0.5) / height) * grid.rows - 0.5
    for (let x = 0; x < width; x++) {
      const gridX = ((x + 0.5) / width) * grid.columns - 0.5
      values[y * width + x] = Math.min(1, sample(smooth, gridX, gridY) / strongest)
    }
  }
  const place = around(cut, hottest, Math.ceil(sigma))
  const peak = quantity === 'amount' ? place.reduce((sum, value) => sum + value, 0) : Math.max(...place)
  const shown = quantity === 'amount' ? limit : peak
  return { width, height, values, peak, isCut: grid.values.some(value => value > shown) }
}

/** The values within `reach` cells of a cell, in both directions. */
function around({ columns, rows, values }: PresenceGrid, cell: number, reach: number): number[] {
  const [column, row] = [cell % columns, Math.floor(cell / columns)]
  const [left, right] = [Math.max(0, column - reach), Math.min(columns, column + reach + 1)]
  const found: number[] = []
  for (let y = Math.max(0, row - reach); y < Math.min(rows, row + reach + 1); y++)
    found.push(...values.subarray(y * columns + left, y * columns + right))
  return found
}

function highest(values: Float64Array): number {
  const visited = values.filter(value => value > 0).sort()
  return visited[Math.min(visited.length - 1, Math.floor(visited.length * 0.995))] ?? 0
}

function blurred(grid: PresenceGrid, sigma: number, along: 'columns' | 'rows'): PresenceGrid {
  const { columns, rows, values } = grid
  const radius = Math.max(1, Math.ceil(sigma * 3))
  const weights = Float64Array.from({ length: radius * 2 + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * sigma ** 2))
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const blurredValues = new Float64Array(values.length)
  const [length, step, others, otherStep] =
    along === 'columns' ? [columns, 1, rows, columns] : [rows, columns, columns, 1]
  for (let other = 0; other < others; other++) {
    const base = other * otherStep
    for (let at = 0; at < length; at++) {
      let sum = 0
      // Beyond the edge the edge goes on, so that heat does not fade there.
      for (let offset = -radius; offset <= radius; offset++)
        sum += weights[offset + radius]! * values[base + Math.min(length - 1, Math.max(0, at + offset)) * step]!
      blurredValues[base + at * step] = sum / total
    }
  }
  return { columns, rows, values: blurredValues }
}

/** Catmull-Rom through the cells' middles: smooth where bilinear would show the grid. Never below 0. */
function sample(grid: PresenceGrid, x: number, y: number): number {
  const column = Math.floor(x)
  const row = Math.floor(y)
  const across = cubic(x - column)
  const down = cubic(y - row)
  let sum = 0
  for (let j = 0; j < 4; j++) {
    const line = Math.min(grid.rows - 1, Math.max(0, row + j - 1)) * grid.columns
    for (let i = 0; i < 4; i++)
      sum += down[j]! * across[i]! * grid.values[line + Math.min(grid.columns - 1, Math.max(0, column + i - 1))]!
  }
  return Math.max(0, sum)
}

function cubic(t: number): readonly [number, number, number, number] {
  return [
    ((-0.5 * t + 1) * t - 0.5) * t,
    (1.5 * t - 2.5) * t * t + 1,
    ((-1.5 * t + 2) * t + 0.5) * t,
    (0.5 * t - 0.5) * t * t
  ]
}
