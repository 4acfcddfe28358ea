import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '../../../src/contract/record.ts'
import type { LogBatch } from '../../../src/events/sink.ts'
import { StoreSink } from '../../../src/store/log-sink.ts'
import { batch, chunk, crossing, crowd, head, sample, track } from '../records.ts'
import type { OpenStore } from './open-store.ts'
import { contents } from './store-contents.ts'

const minute = 60_000
const other = [crossing({ epoch: 2 }), crossing({ stream: 'street' }), track({ stream: 'street' })]
const attempt = [crossing(), crossing({ n: 2, afterMs: minute }), crowd(), track(), head(), chunk(), sample()]
const retry = [crossing({ direction: 'out' }), crossing({ n: 2, afterMs: 30 }), track({ label: 'car' }), head()]

/** What a job's log promises: all that is known of its stream and epoch becomes what it tells, or stays as it was. */
export function replacementSuite(open: OpenStore): void {
  test('R1 a log that replaces leaves its own records of its stream and epoch, and touches no others', async t => {
    const database = await open(t)
    await using sink = new StoreSink(database)
    await sink.take(batch([...other, ...attempt]))
    deepStrictEqual(await sink.take(replacing(retry, { first: true, ends: true })), [])
    const told = await contents(database)
    const fresh = await open(t)
    await new StoreSink(fresh).take(batch([...other, ...retry]))
    deepStrictEqual(told, await contents(fresh))
    strictEqual(await sink.position('job-7'), retry.length + 1)
  })

  test('R2 over several batches nobody sees a part of it before the last', async t => {
    const database = await open(t)
    await using sink = new StoreSink(database)
    await sink.take(batch(attempt))
    const before = await contents(database)
    await sink.take(replacing(retry.slice(0, 2), { first: true }))
    await sink.take(replacing(retry.slice(2, 3), { from: 3 }))
    deepStrictEqual(await contents(database), before)
    strictEqual(await sink.position('job-7'), 1)
    await sink.take(replacing(retry.slice(3), { from: 4, ends: true }))
    const fresh = await open(t)
    await new StoreSink(fresh).take(batch(retry))
    deepStrictEqual(await contents(database), await contents(fresh))
  })

  test('R3 one that is not carried through leaves everything as it was, and is taken from its first batch on', async t => {
    const database = await open(t)
    const broken = new StoreSink(database)
    await broken.take(batch(attempt))
    const before = await contents(database)
    await broken.take(replacing(retry.slice(0, 2), { first: true }))
    await broken[Symbol.asyncDispose]()
    deepStrictEqual(await contents(database), before)
    await using sink = new StoreSink(database)
    const late = replacing(retry.slice(2), { from: 3, ends: true })
    await rejects(sink.take(late), { code: 'SL_REPLACEMENT_BROKEN', retryable: true })
    strictEqual(await sink.position('job-7'), 1)
    await sink.take(replacing(retry, { first: true, ends: true }))
    strictEqual((await contents(database)).tracks.length, 1)
  })

  test('R4 one that begins anew forgets what its first batches brought', async t => {
    const database = await open(t)
    await using sink = new StoreSink(database)
    await sink.take(replacing(attempt, { first: true }))
    await sink.take(replacing(retry, { first: true, ends: true }))
    const fresh = await open(t)
    await new StoreSink(fresh).take(batch(retry))
    deepStrictEqual(await contents(database), await contents(fresh))
  })

  test('R5 one whose next batch does not come lets the others write', async t => {
    const database = await open(t)
    await using sink = new StoreSink(database, { replacementPauseMs: 5 })
    await sink.take(replacing(retry, { first: true }))
    await sink.take(batch(other))
    await rejects(sink.take(replacing([], { from: 5, ends: true })), { code: 'SL_REPLACEMENT_BROKEN' })
    strictEqual((await contents(database)).events.length, 2)
  })

  test('R6 a record of another stream or epoch is refused, the rest is taken', async t => {
    const database = await open(t)
    await using sink = new StoreSink(database)
    const refusals = await sink.take(replacing([...other, crossing()], { first: true, ends: true }))
    deepStrictEqual(
      refusals.map(({ seq, error }) => [seq, error.code]),
      [1, 2, 3].map(seq => [seq, 'SL_RECORD_INVALID'])
    )
    strictEqual((await contents(database)).events.length, 1)
  })

  test('R7 an empty log leaves nothing of its stream and epoch', async t => {
    const database = await open(t)
    await using sink = new StoreSink(database)
    await sink.take(batch(attempt))
    await sink.take({ ...replacing([], { first: true, ends: true }), nextSeq: 1 })
    deepStrictEqual(Object.values(await contents(database)).flat(), [])
  })
}

function replacing(
  records: readonly LogRecord[],
  { from = 1, first = false, ends = false }: { from?: number; first?: boolean; ends?: boolean }
): LogBatch {
  return { ...batch(records, { log: 'job-7', from }), replaces: { stream: 'yard', epoch: 1, first, ends } }
}
