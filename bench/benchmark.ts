import type { AlternateOptions } from './alternate.ts'
import type { Clips } from './clips.ts'
import type { Comparison } from './statistics.ts'

/** What a benchmark is given. */
export interface BenchmarkContext {
  /** A smoke run: short clips, few rounds; its numbers mean little. */
  readonly quick: boolean
  readonly alternation: AlternateOptions
  readonly clips: Clips
  /** An empty folder that is removed at the end. */
  readonly folder: string
  /** Says something on standard error. */
  readonly report: (line: string) => void
}

/** What it found out. */
export interface Measured {
  /** A ÷ B, where the benchmark compares two programs. */
  readonly comparison?: Comparison
  /** A figure that could not be had is left out, and the reason reported. */
  readonly figures: Readonly<Record<string, number>>
}

/** A bound for the ratio or a figure. `must` fails the run when missed, `aim` is only reported. */
export interface Limit {
  readonly key: string
  readonly better: 'lower' | 'higher'
  readonly must?: number
  readonly aim?: number
}

export interface Benchmark {
  readonly name: string
  /** One line: what is divided by what. */
  readonly about: string
  readonly limits: readonly Limit[]
  run(context: BenchmarkContext): Promise<Measured>
}

/** How a value stands to its limit. Values that are missing have no verdict. */
export interface Verdict {
  readonly key: string
  readonly value: number
  readonly must: boolean | undefined
  readonly aim: boolean | undefined
}

/** Holds what was measured against the limits. NaN misses every limit. */
export function judge(limits: readonly Limit[], { comparison, figures }: Measured): Verdict[] {
  const values: Readonly<Record<string, number>> = comparison ? { ...figures, ratio: comparison.ratio } : figures
  return limits.flatMap(({ key, better, must, aim }) => {
    const value = values[key]
    if (value === undefined) return []
    const meets = (bound: number | undefined) =>
      bound === undefined ? undefined : better === 'lower' ? value <= bound : value >= bound
    return { key, value, must: meets(must), aim: meets(aim) }
  })
}

/** The last line of standard output, for programs to read. Numbers have four significant digits. */
export function resultLine(name: string, { comparison, figures }: Measured, clips: 'real' | 'simulated'): string {
  const { ratio = null, min = null, max = null, noise = null } = comparison ?? {}
  const result = { bench: name, ratio, min, max, noise, figures, ...(clips === 'simulated' && { clips }) }
  return JSON.stringify(result, (_key, value) => (typeof value === 'number' ? Number(value.toPrecision(4)) : value))
}
