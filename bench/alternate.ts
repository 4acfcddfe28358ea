import { type Program, type Run, runProgram } from './program.ts'

export interface AlternateOptions {
  readonly rounds: number
  /** Runs before the first round that are not counted: they fill the caches of files and compiled code. */
  readonly warmups: number
  readonly report: (line: string) => void
}

/**
 * Runs programs in turn, A B A B …, so that whatever slows the machine down for a while slows all of them.
 * The result has one run a round for each program.
 */
export async function alternate<Name extends string>(
  programs: Readonly<Record<Name, Program>>,
  { rounds, warmups, report }: AlternateOptions
): Promise<Record<Name, Run[]>> {
  const names = Object.keys(programs) as Name[]
  const runs = Object.fromEntries(names.map(name => [name, []])) as unknown as Record<Name, Run[]>
  for (let round = 1 - warmups; round <= rounds; round++) {
    for (const name of names) {
      const run = await runProgram(programs[name])
      const label = round < 1 ? 'warm-up' : `${round}/${rounds}`
      report(`${label} ${programs[name].name}: ${run.cpuSeconds.toFixed(2)} CPU s, ${run.wallSeconds.toFixed(2)} s`)
      if (round >= 1) runs[name].push(run)
    }
  }
  return runs
}

/** The runs' processor times. */
export function cpu(runs: readonly Run[]): number[] {
  return runs.map(run => run.cpuSeconds)
}

/** The runs' durations. */
export function wall(runs: readonly Run[]): number[] {
  return runs.map(run => run.wallSeconds)
}
