/** The middle value; of an even count the mean of the middle two. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}

/** A comparison of two programs that ran in turn. */
export interface Comparison {
  /** Median of the rounds' own ratios. */
  readonly ratio: number
  readonly min: number
  readonly max: number
  /** How far a program's neighbouring runs lie apart, as a share: a ratio nearer to 1 than this says nothing. */
  readonly noise: number
}

/** Compares `a` with `b`, where `a[i]` and `b[i]` were measured right after one another. */
export function compare(a: readonly number[], b: readonly number[]): Comparison {
  if (a.length !== b.length || a.length === 0) throw new Error(`${a.length} runs cannot be compared with ${b.length}.`)
  const ratios = a.map((value, i) => value / b[i]!)
  return {
    ratio: median(ratios),
    min: Math.min(...ratios),
    max: Math.max(...ratios),
    noise: median([...neighbours(a), ...neighbours(b)])
  }
}

function neighbours(values: readonly number[]): number[] {
  const gaps: number[] = []
  for (let i = 1; i < values.length; i++) {
    const [less, more] = [Math.min(values[i - 1]!, values[i]!), Math.max(values[i - 1]!, values[i]!)]
    gaps.push(more / less - 1)
  }
  return gaps
}

/**
 * The slope of the line through points of which many may be off: the median over all pairs (Theil 1950, Sen 1968).
 * In units of `y` for one unit of `x`; NaN with fewer than two different `x`.
 */
export function robustSlope(xs: readonly number[], ys: readonly number[]): number {
  const slopes: number[] = []
  for (let i = 0; i < xs.length; i++)
    for (let j = i + 1; j < xs.length; j++) if (xs[j] !== xs[i]) slopes.push((ys[j]! - ys[i]!) / (xs[j]! - xs[i]!))
  return median(slopes)
}
