import { deepStrictEqual, ok } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { atMost } from './support/form.ts'
import { askSqlite, type Kept, keptEvents, miscounted } from './support/kept-events.ts'
import { NumberedLife } from './support/numbered-life.ts'
import { withoutMounts } from './support/run-tool.ts'
import { SeededChance } from './support/seeded-chance.ts'
import { logsIn, Serving } from './support/serving.ts'
import { SmallDisk } from './support/small-disk.ts'
import { until } from './support/until.ts'
import { WorkerLine } from './support/worker-line.ts'

interface Plan {
  readonly cuts: number
  /** Events of each of two workers. */
  readonly events: number
  readonly perSecond: number
  readonly seed: number
  /** Whether the main process is there before a cut. Without it, what was accepted is in the logs alone. */
  readonly isServed: (chance: SeededChance) => boolean
  /** A module that makes the workers worse. */
  readonly preload?: string
}

const minutes = 60_000
const streams = ['door', 'hall']

/**
 * Two workers and the main process on a disk of their own, whose power is cut again and again while events come in.
 * Gives what the store has when everything that was left is delivered.
 */
async function cutting({ cuts, events, perSecond, seed, isServed, preload }: Plan): Promise<Kept> {
  const chance = new SeededChance(seed)
  const baseMs = Date.now() - 3_600_000
  await using scope = new AsyncDisposableStack()
  let disk = await SmallDisk.create(256)
  scope.defer(() => disk[Symbol.asyncDispose]())
  const data = () => join(disk.path, 'data')
  const task = { data: data(), baseMs, first: 1, last: events, group: 5, perSecond, segmentBytes: 300_000 }
  const lines = streams.map(stream => scope.use(new WorkerLine({ ...task, stream }, { preload })))
  let serving = isServed(chance) ? new Serving(data()) : undefined
  scope.defer(() => serving?.[Symbol.asyncDispose]())
  const accepted = () => lines.reduce((sum, line) => sum + line.accepted, 0)
  for (let cut = 1; cut <= cuts; cut++) {
    const due = Math.floor(((cut - chance.below(90) / 100) / (cuts + 1)) * events * streams.length)
    await until(`${due} events accepted`, () => accepted() >= due, { why: () => lines.map(l => l.life.said).join('') })
    const running = [...lines.map(({ life }) => life), ...(serving ? [serving] : [])].filter(
      ({ isRunning }) => isRunning
    )
    await Promise.all(running.map(child => child.freeze()))
    const left = await disk.cutPower()
    // What they said before they stood still is heard as well.
    await Promise.all(running.map(child => child.kill()))
    await disk[Symbol.asyncDispose]()
    disk = left
    for (const line of lines) if (!line.isDone) line.begin(data())
    serving = isServed(chance) ? new Serving(data()) : undefined
  }
  serving ??= new Serving(data())
  await until('all are accepted', () => lines.every(({ isDone }) => isDone), {
    givenUpMs: 120_000,
    why: () => lines.map(({ life }) => life.said).join('; ')
  })
  for (const { life } of lines) await life.ended()
  await serving.ready()
  await serving.drained()
  deepStrictEqual(await serving.readiness(), { status: 'ready', problems: [] })
  deepStrictEqual(await serving.stop(), 0)
  deepStrictEqual(logsIn(data()), [])
  const ask = await askSqlite(data())
  deepStrictEqual(await miscounted(ask), [])
  for (const { lives } of lines) {
    const epochs = lives.flatMap(({ origin }) => origin?.epoch ?? [])
    deepStrictEqual(
      epochs,
      [...new Set(epochs)].sort((a, b) => a - b),
      'an epoch was given out twice'
    )
  }
  return keptEvents(
    ask,
    lines.flatMap(({ lives }) => lives)
  )
}

function report(t: TestContext, cuts: number, { accepted, events, lost }: Kept): void {
  t.diagnostic(`${cuts} cuts, ${accepted} accepted, ${events} kept, ${lost.length} lost`)
}

test('P1 of what was accepted before the power was cut, nothing is lost, and nothing is there twice', {
  skip: withoutMounts(),
  timeout: 20 * minutes
}, async t => {
  const cuts = atMost(3, 20)
  const kept = await cutting({
    cuts,
    events: atMost(3000, 30_000),
    perSecond: 600,
    seed: 11,
    isServed: chance => chance.below(3) > 0
  })
  report(t, cuts, kept)
  deepStrictEqual([kept.lost, kept.twice, kept.foreign], [[], [], []])
  ok(kept.accepted >= 2 * atMost(3000, 30_000))
})

test('P2 a log that does not wait for its disk loses what it accepted: P1 can fail', {
  skip: withoutMounts(),
  timeout: 20 * minutes
}, async t => {
  const preload = join(import.meta.dirname, 'support/careless-disk.ts')
  const kept = await cutting({ cuts: 1, events: 3000, perSecond: 1000, seed: 12, isServed: () => false, preload })
  report(t, 1, kept)
  deepStrictEqual([kept.twice, kept.foreign], [[], []])
  ok(kept.lost.length > 0)
})

test('P3 each commit of a log waits for the disk', { timeout: 10 * minutes }, async t => {
  if (spawnSync('strace', ['-o', '/dev/null', 'true']).status !== 0)
    return t.skip('counting needs strace, and its leave')
  await using folder = await temporaryFolder()
  const counts = join(folder.path, 'counts')
  const under = ['strace', '-f', '-c', '-e', 'trace=fsync,fdatasync', '-o', counts]
  const task = { data: join(folder.path, 'data'), stream: 'door', baseMs: Date.now(), first: 1, last: 2000, group: 10 }
  await using life = new NumberedLife(task, { under })
  deepStrictEqual([await life.ended(), life.accepted.size], [0, 2000])
  const calls = [...readFileSync(counts, 'utf8').matchAll(/^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+).*(?:fsync|fdatasync)$/gm)]
  const syncs = calls.reduce((sum, [, count]) => sum + Number(count), 0)
  t.diagnostic(`${syncs} calls for ${life.commits} commits`)
  ok(life.commits! > 0 && syncs >= life.commits!)
})
