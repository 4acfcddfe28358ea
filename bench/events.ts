import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { openDatabase } from '../src/store/database.ts'
import { eventRow } from '../src/store/log-sink-rows.ts'
import { copyText } from '../src/store/postgres/copy-text.ts'
import { startPostgres } from '../test/services/postgres.ts'
import { alternate } from './alternate.ts'
import type { Benchmark, Measured } from './benchmark.ts'
import { entrances, generateEvents } from './generated-events.ts'
import { memoryFigures, sampleMemory } from './memory.ts'
import { type Program, type Run, runProgram } from './program.ts'
import { script, servingScript } from './sightline.ts'
import { compare, median } from './statistics.ts'

interface Result {
  readonly events: number
  readonly seconds: number
  readonly appendP99Ms?: number
}

const columns = ['id', 'stream', 'epoch', 'kind', 'measure', 'track_id', 'label', 'at_ms', 'pts_ms', 'frame', 'detail']
/** Room for what a run writes, so that no checkpoint falls into one side's rounds alone. */
const settings = { shared_buffers: '512MB', max_wal_size: '8GB' }

export const events: Benchmark = {
  name: 'events',
  about: 'durable events a second, from append to the queryable row in PostgreSQL ÷ COPY of the same rows',
  limits: [
    { key: 'ratio', better: 'higher', must: 0.25, aim: 0.5 },
    { key: 'vs_insert', better: 'higher', must: 15 },
    { key: 'slope_mb_million', better: 'lower', must: 5 }
  ],
  async run({ quick, alternation, folder, report }): Promise<Measured> {
    const count = quick ? 40_000 : 400_000
    const sqlite = join(folder, 'store.sqlite')
    const embedded = servingScript('ours in SQLite', 'ours-events.ts', sqlite, folder, count)
    const paced = servingScript(
      'ours, a thousand a second',
      'ours-events.ts',
      sqlite,
      folder,
      quick ? 2000 : 10_000,
      'paced'
    )
    const figures = async () => ({
      sqlite_per_s: median((await alternate({ embedded }, { ...alternation, rounds: 3 })).embedded.map(rate)),
      append_p99_ms: resultOf(await runProgram(paced)).appendP99Ms!,
      ...(quick || process.platform !== 'linux'
        ? {}
        : await memoryOf(servingScript('ours', 'ours-events.ts', sqlite, folder, 1e7), report))
    })
    const started = await startPostgres({ fsync: true, settings })
    if (started.missing !== false) {
      report(`No ratio without PostgreSQL: ${started.missing}`)
      return { figures: await figures() }
    }
    await using server = started
    const url = await server.database()
    await (await openDatabase({ url }))[Symbol.asyncDispose]()
    const { copyFile, insertFile } = await writeRows(folder, count, quick ? 500 : 3000)
    const names = columns.join(',')
    const ours = servingScript('ours', 'ours-events.ts', url, folder, count)
    const bare = script('COPY', 'bare/copy-events.ts', url, copyFile, names, count)
    const insert = script('INSERT', 'bare/insert-events.ts', url, insertFile, names)
    const runs = await alternate({ ours, bare, insert }, alternation)
    return {
      comparison: compare(runs.ours.map(rate), runs.bare.map(rate)),
      figures: {
        pg_per_s: median(runs.ours.map(rate)),
        copy_per_s: median(runs.bare.map(rate)),
        vs_insert: median(runs.ours.map((run, round) => rate(run) / rate(runs.insert[round]!))),
        ...(await figures())
      }
    }
  }
}

/** Of worker and store together, while ten million events go from one into the other. */
async function memoryOf(program: Program, report: (line: string) => void) {
  report('ten million events, for the memory they take')
  const { rss_mb, slope_mb_h } = memoryFigures(await sampleMemory(program, report), 10)
  return { rss_mb, slope_mb_million: slope_mb_h }
}

function resultOf({ stdout }: Run): Result {
  return JSON.parse(stdout) as Result
}

/** Events a second, by the program's own clock. */
function rate(run: Run): number {
  const { events, seconds } = resultOf(run)
  return events / seconds
}

/** The rows that ours stores, ready for the others: as text for COPY, and some as JSON. */
async function writeRows(folder: string, count: number, inserts: number) {
  const [copyFile, insertFile] = [join(folder, 'rows.copy'), join(folder, 'rows.jsonl')]
  const rows = function* () {
    for (const record of generateEvents(entrances(count))) yield eventRow(record) as Record<string, unknown>
  }
  await pipeline(Readable.from(rows().map(row => copyText(columns, [row], 'events'))), createWriteStream(copyFile))
  const lines = rows()
    .take(inserts)
    .map(row => `${JSON.stringify(columns.map(column => row[column]))}\n`)
  await pipeline(Readable.from(lines), createWriteStream(insertFile))
  return { copyFile, insertFile }
}
