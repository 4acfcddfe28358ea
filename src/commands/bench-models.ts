import { availableParallelism } from 'node:os'
import { Command, Option } from 'commander'
import { SightlineError } from '../core/errors.ts'
import { BenchProcess, type BenchRound } from '../roles/model-bench/bench-process.ts'
import { labelsOf, type modelTasks } from '../vision/catalogue.ts'
import type { ModelStore, ResolvedModel } from '../vision/model-store.ts'
import { availableProviders, type Provider, providers } from '../vision/providers.ts'
import { type SpeedClass, speedClass } from '../vision/speed-class.ts'
import { Interrupt } from './interrupt.ts'
import { modelInfo } from './model-info.ts'
import { parseNumber } from './parse-regions.ts'
import { bytesText, Progress, turns } from './progress.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

/** How long a model runs each time that it is its turn, twice: raise it on a machine that does other things. */
const roundMs = 400

interface BenchOptions {
  readonly json?: boolean
  readonly provider: Provider | 'auto'
  readonly rounds: number
  readonly threads: number
}

/** What was measured of a model, in the round in which least else ran. */
export interface BenchedModel {
  readonly name: string
  readonly task: string
  readonly provider: Provider
  /** Sessions of one thread each. */
  readonly threads: number
  readonly width: number
  readonly height: number
  /** Of one frame by one session. */
  readonly ms: number
  /** Of all sessions together. */
  readonly fps: number
  readonly memoryBytes: number
  readonly speed: SpeedClass
}

/** `sightline models bench`. Its action throws SightlineError. */
export function benchCommand(terminal: Terminal, openStore: () => Promise<ModelStore>): Command {
  return new Command('bench')
    .description('measure models on this machine, against each other: in turn, round by round')
    .argument('[models...]', 'names in the catalogue or .onnx files; all that are here when left out')
    .addOption(
      new Option('--provider <name>', 'what runs them; auto: each that is here, against each other')
        .choices(['auto', ...providers] as const)
        .default('auto')
    )
    .option('--rounds <n>', 'turns of each model', text => whole('--rounds', text), 5)
    .option('--threads <n>', 'sessions of one thread each', text => whole('--threads', text), availableParallelism())
    .option('--json', 'nothing but JSON on standard output')
    .action(async (names: string[], options: BenchOptions) => {
      const store = await openStore()
      const models = await chosen(store, names)
      const results = await bench(models, options, terminal)
      terminal.stdout.write(options.json ? `${JSON.stringify(results, null, 2)}\n` : benchText(results))
    })
}

interface Contestant extends ResolvedModel {
  readonly name: string
  readonly task: (typeof modelTasks)[number]
}

async function chosen(store: ModelStore, names: readonly string[]): Promise<Contestant[]> {
  const wanted = names.length > 0 ? names : [...(await store.present()).keys()]
  if (wanted.length === 0)
    throw new SightlineError(
      'SL_MODEL_NOT_FOUND',
      `There is no model in ${store.searchPath.join(', ')}. \`sightline models pull NAME\` downloads one.`
    )
  const contestants: Contestant[] = []
  for (const name of wanted) {
    const resolved = await store.resolve(name)
    const task = resolved.entry?.task ?? (await modelInfo(resolved)).family?.task ?? 'detect'
    contestants.push({ ...resolved, name, task: task as Contestant['task'] })
  }
  return contestants
}

/** Opens all, and gives each its turn in each round: what slows the machine down for a while slows all of them. */
async function bench(
  models: readonly Contestant[],
  { provider, rounds, threads, json }: BenchOptions,
  terminal: Terminal
): Promise<BenchedModel[]> {
  using interrupt = new Interrupt()
  using progress = new Progress({ label: 'measuring', unit: turns, stream: terminal.stderr, silent: json })
  await using processes = new AsyncDisposableStack()
  const opened: { readonly name: string; readonly task: string; readonly process: BenchProcess }[] = []
  for (const { name, task, path, entry } of models) {
    const model = { modelPath: path, name, family: entry?.family, labels: entry && labelsOf(entry) }
    for (const by of provider === 'auto' ? availableProviders() : [provider]) {
      const opening = BenchProcess.open({ task, model: { ...model, provider: by, concurrency: threads } })
      try {
        opened.push({ name, task, process: processes.use(await opening) })
      } catch (error) {
        // A driver that does not work keeps nobody from measuring the processor.
        if (by === 'cpu' || provider !== 'auto' || !(error instanceof SightlineError)) throw error
        terminal.stderr.write(`${name} cannot be measured on ${by}: ${error.message}\n`)
      }
    }
  }
  const measured: BenchRound[][] = opened.map(() => [])
  for (let round = 0; round < rounds; round++) {
    for (const [at, { process }] of opened.entries()) {
      if (interrupt.signal.aborted)
        throw new SightlineError('SL_CANCELLED', 'Stopped before every model had its turns: nothing was measured.')
      measured[at]!.push(await process.round(roundMs))
      progress.update(round * opened.length + at + 1, rounds * opened.length)
    }
  }
  return opened.map(({ name, task, process }, at) => {
    const ms = Math.min(...measured[at]!.map(round => round.ms))
    const { provider: opener, threads: sessions, width, height } = process.opened
    const figures = { ms: rounded(ms), fps: rounded(Math.max(...measured[at]!.map(round => round.fps))) }
    const memoryBytes = Math.max(...measured[at]!.map(round => round.memoryBytes))
    const facts = { name, task, provider: opener, threads: sessions, width, height }
    return { ...facts, ...figures, memoryBytes, speed: speedClass(ms) }
  })
}

function benchText(models: readonly BenchedModel[]): string {
  const sorted = models.toSorted((a, b) => a.ms - b.ms)
  const rows = sorted.map(({ name, task, provider, threads, width, height, ms, fps, memoryBytes, speed }) => [
    ...[name, task, `${width}×${height}`, provider, ms.toFixed(1), fps.toFixed(0), String(threads)],
    ...[bytesText(memoryBytes), speed]
  ])
  const heading = ['NAME', 'TASK', 'INPUT', 'ON', 'MS', 'FRAMES/S', 'THREADS', 'MEMORY', 'SPEED']
  return `${table([heading, ...rows])}
MS: a frame by one thread. FRAMES/S and MEMORY: of all threads together, each with a session of its own. Of the best turn.
`
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

function whole(option: string, text: string): number {
  const value = parseNumber(option, text, 1, 1000)
  if (Number.isInteger(value)) return value
  throw new SightlineError('SL_OPTION_INVALID', `${option} ${text}: write a whole number from 1 to 1000.`)
}
