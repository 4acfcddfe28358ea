import { rmSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { api } from './api.ts'
import { type Benchmark, judge, resultLine, type Verdict } from './benchmark.ts'
import { cameras } from './cameras.ts'
import { Clips, cache } from './clips.ts'
import { decode } from './decode.ts'
import { evaluate } from './eval.ts'
import { events } from './events.ts'
import { fanout } from './fanout.ts'
import { idle } from './idle.ts'
import { int8 } from './int8.ts'
import { kserve } from './kserve.ts'
import { latency } from './latency.ts'
import { measure } from './measure.ts'
import { memory } from './memory.ts'
import { models } from './models.ts'
import { overhead } from './overhead.ts'
import { overload } from './overload.ts'
import { page } from './page.ts'
import { peer } from './peer.ts'
import { query } from './query.ts'
import { region } from './region.ts'
import { tiles } from './tiles.ts'
import { tracker } from './tracker.ts'
import { trajectory } from './trajectory.ts'

const benchmarks: readonly Benchmark[] = [
  overhead,
  decode,
  peer,
  memory,
  measure,
  trajectory,
  evaluate,
  events,
  query,
  region,
  cameras,
  overload,
  latency,
  idle,
  fanout,
  models,
  tiles,
  int8,
  kserve,
  api,
  tracker,
  page
]

const usage = 'Usage: npm run bench -- NAME [--quick] [--rounds N], or npm run bench -- --list\n'

function report(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Gives the exit status: 1 when a limit is missed, 2 for wrong arguments. */
async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      rounds: { type: 'string' }
    }
  })
  if (values.list) {
    for (const { name, about } of benchmarks) process.stdout.write(`${name}: ${about}\n`)
    return 0
  }
  const benchmark = benchmarks.find(({ name }) => name === positionals[0])
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7))
  if (!benchmark || positionals.length > 1 || !(rounds >= 1)) {
    process.stderr.write(`${usage}Benchmarks: ${benchmarks.map(({ name }) => name).join(', ')}\n`)
    return 2
  }
  return runBenchmark(benchmark, values.quick, rounds)
}

async function runBenchmark(benchmark: Benchmark, quick: boolean, rounds: number): Promise<number> {
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, `${benchmark.name}-`))
  process.once('SIGINT', () => {
    rmSync(folder, { recursive: true, force: true })
    process.exit(130)
  })
  try {
    const clips = new Clips({ folder: process.env.SIGHTLINE_CLIPS, workFolder: folder, quick, report })
    const alternation = { rounds, warmups: quick ? 0 : 1, report }
    const measured = await benchmark.run({ quick, alternation, clips, folder, report })
    const verdicts = judge(benchmark.limits, measured)
    for (const verdict of verdicts) report(verdictLine(benchmark, verdict))
    process.stdout.write(`${resultLine(benchmark.name, measured, clips.kind)}\n`)
    return !quick && verdicts.some(({ must }) => must === false) ? 1 : 0
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function verdictLine({ limits }: Benchmark, { key, value, must, aim }: Verdict): string {
  const limit = limits.find(each => each.key === key)!
  const sign = limit.better === 'lower' ? '≤' : '≥'
  const bounds = [
    must === undefined ? [] : `must be ${sign} ${limit.must}: ${must ? 'met' : 'MISSED'}`,
    aim === undefined ? [] : `aim ${sign} ${limit.aim}: ${aim ? 'met' : 'missed'}`
  ]
  return `${key} ${value.toPrecision(4)} (${bounds.flat().join('; ')})`
}

process.exitCode = await main(process.argv.slice(2)).catch(error => {
  report(`The benchmark failed: ${error instanceof Error ? error.message : String(error)}`)
  return 1
})
