import { deepStrictEqual, ok } from 'node:assert/strict'
import { cpSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { SightlineError } from '../../src/core/errors.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { listSegments, segmentPath } from '../../src/events/segment-file.ts'
import { feeding } from './feeding.ts'
import { MemorySink } from './memory-sink.ts'
import { numberedEvents, numbersOf } from './scripted-records.ts'
import { until } from './until.ts'

/** What may happen to a worker, to main and to a sink, in any order. */
type Step =
  | { readonly does: 'append'; readonly count: number }
  /** The power goes while so many more are being appended: they may be there or not. */
  | { readonly does: 'cut'; readonly count: number; readonly share: number }
  | { readonly does: 'restart-main' }
  | { readonly does: 'sink-fails'; readonly times: number }
  | { readonly does: 'deliver' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ does: fc.constant('append' as const), count: fc.integer({ min: 1, max: 60 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('cut' as const),
      count: fc.integer({ min: 0, max: 60 }),
      share: fc.double({ min: 0, max: 1, noNaN: true })
    })
  },
  fc.record({ does: fc.constant('restart-main' as const) }),
  fc.record({ does: fc.constant('sink-fails' as const), times: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ does: fc.constant('deliver' as const) })
)

test('M1 whatever is cut, fails or starts anew: what was accepted is there, once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async steps => {
      await using place = await feeding()
      let failures = 0
      const sink = new MemorySink({
        before: () => {
          if (failures-- > 0) throw new SightlineError('SL_INTERNAL', 'Not now.', { retryable: true })
          return undefined
        }
      })
      const accepted: number[] = []
      let life = 1
      let next = 1
      const open = () => EventLog.open({ logs: place.logs, name: `w-${life}`, segmentBytes: 12_000 })
      const start = () => place.feed([sink], { batchRecords: 25 })
      let feeder = start()
      let worker = await open()
      const append = async (count: number) => {
        const events = numberedEvents(next, next + count - 1)
        next += count
        await worker.append(events)
        accepted.push(...numbersOf(events))
      }
      for (const { does, ...more } of steps) {
        if (does === 'append') await append((more as { count: number }).count)
        if (does === 'restart-main') {
          await feeder[Symbol.asyncDispose]()
          feeder = start()
        }
        if (does === 'sink-fails') failures = (more as { times: number }).times
        if (does === 'deliver') await sink.until(() => accepted.every(n => has(sink, n)))
        if (does === 'cut') {
          const { count, share } = more as { count: number; share: number }
          await feeder[Symbol.asyncDispose]()
          const folder = join(place.logs, `w-${life}`)
          const before = tailOf(folder)
          if (count > 0) await worker.append(numberedEvents(next, next + count - 1))
          next += count
          // Nobody can die within this process: the files as a cut in the midst of that append would leave them.
          cpSync(folder, join(place.logs, '.cut'), { recursive: true })
          const { path, bytes } = tailOf(join(place.logs, '.cut'))
          const least = path.endsWith(basename(before.path)) ? before.bytes : 0
          if (bytes > least) truncateSync(path, least + Math.floor((bytes - least) * share))
          await worker[Symbol.asyncDispose]()
          rmSync(folder, { recursive: true })
          renameSync(join(place.logs, '.cut'), folder)
          life++
          feeder = start()
          worker = await open()
        }
      }
      await worker[Symbol.asyncDispose]()
      await until(() => accepted.every(n => has(sink, n)) && feeder.snapshot().logs.length === 0)
      const found = numbersOf([...sink.records.values()])
      deepStrictEqual(sink.repeated, 0)
      deepStrictEqual(
        found,
        [...new Set(found)].sort((a, b) => a - b)
      )
      ok(found.every(n => n < next))
      deepStrictEqual(place.deadLetters.list(), [])
    }),
    { numRuns: 25, interruptAfterTimeLimit: 5000, markInterruptAsFailure: false }
  )
})

/** The write-ahead log of a log's last file. */
function tailOf(folder: string): { readonly path: string; readonly bytes: number } {
  const path = `${segmentPath(folder, listSegments(folder).at(-1)!)}-wal`
  return { path, bytes: statSync(path).size }
}

function has(sink: MemorySink, n: number): boolean {
  return sink.records.has(`event door/1/line.door@5f0c2a91/track-${n}/line-crossed/1`)
}
