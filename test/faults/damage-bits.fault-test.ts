import { deepStrictEqual, ok } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { dataFolder } from '../../src/core/data-folder.ts'
import { type DeadLetter, DeadLetters } from '../../src/events/dead-letters.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { type FiledRow, flipBits, flipFirstBit, rowsIn, sealedSegments } from './support/flipped-segments.ts'
import { atMost } from './support/form.ts'
import { askSqlite, keptEvents, miscounted } from './support/kept-events.ts'
import { NumberedLife } from './support/numbered-life.ts'
import { SeededChance } from './support/seeded-chance.ts'
import { Serving } from './support/serving.ts'
import { until } from './support/until.ts'

// Bits of a log flip on the disk while a worker goes on with it. Each row that this costs is among the dead letters;
// all others are in the store, once.

/** At least: the worker goes on until main reads again. */
const events = atMost(6000, 60_000)
/** Files that bits flip in, and how many in each: about one for every six of its pages. */
const files = atMost(6, 60)
const flips = 4

/** Main is kept from reading, bits flip in what it has not read, and it goes on. */
async function flipping(
  t: TestContext,
  seed: number,
  pause: (serving: Serving) => Promise<void>,
  resume: (serving: Serving) => Promise<Serving>
): Promise<void> {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'data')
  const { logs, deadLetters } = dataFolder(data)
  const chance = new SeededChance(seed)
  const task = { data, stream: 'door', baseMs: Date.now() - 3_600_000, group: 5, segmentBytes: 60_000 }
  await using scope = new AsyncDisposableStack()
  let serving = scope.use(new Serving(data))
  await serving.ready()
  await using life = new NumberedLife({ ...task, first: 1, last: 100 * events, perSecond: 2500 })
  await life.until(events / 6)
  await pause(serving)
  const log = join(logs, life.log)
  const before = sealedSegments(log).at(-1) ?? 0
  const unread = () => sealedSegments(log).filter(segment => segment > before)
  await until(`${files + 2} files come`, () => unread().length >= files + 2, { why: () => life.said })
  const touched = unread().slice(1, files + 2)
  const [broken, ...flipped] = touched
  const rows = rowsIn(log, touched)
  flipFirstBit(log, broken!)
  for (const segment of flipped) flipBits(log, segment, flips, chance)
  serving = scope.use(await resume(serving))
  await life.until(events)
  await life.finish()
  await serving.drained()
  deepStrictEqual(await serving.readiness(), { status: 'ready', problems: [] })
  deepStrictEqual(await serving.stop(), 0)

  const ask = await askSqlite(data)
  const kept = await keptEvents(ask, [life])
  deepStrictEqual(await miscounted(ask), [])
  using letters = new DeadLetters(deadLetters)
  const found = letters.list({ limit: kept.accepted })
  const told = rows.filter(row => found.some(letter => standsFor(letter, row)))
  t.diagnostic(`${kept.accepted} accepted, ${kept.events} kept, ${kept.lost.length} lost, ${found.length} dead letters`)
  deepStrictEqual([kept.accepted, kept.twice, kept.foreign], [life.next - 1, [], []])
  deepStrictEqual([...kept.lost].sort(), told.map(({ id }) => id).sort())
  ok(found.length > 1, 'no bit was of any row')
  ok(readdirSync(join(logs, '.damaged')).includes(`${life.log}-${broken}`))
}

/** A letter is of one row, of some, or of a file. */
function standsFor({ message, seq }: DeadLetter, row: FiledRow): boolean {
  const [, one, from, to] = /^(?:Row (\d+)|Each row from (\d+) to (\d+)) of /.exec(message) ?? []
  if (one ?? from) return row.seq >= Number(one ?? from) && row.seq <= Number(one ?? to)
  return row.segment === seq
}

describe('bits that flip in a log', { concurrency: true, timeout: 600_000 }, () => {
  test('B1 while main is stopped: it puts aside the rows that are damaged and delivers the others once', t =>
    flipping(
      t,
      21,
      async serving => deepStrictEqual(await serving.stop(), 0),
      async ({ data }) => {
        const next = new Serving(data)
        await next.ready()
        return next
      }
    ))

  test('B2 before a running main has read them: it puts aside the rows that are damaged and delivers the others once', t =>
    flipping(
      t,
      22,
      serving => serving.freeze(),
      async serving => {
        serving.thaw()
        return serving
      }
    ))
})
