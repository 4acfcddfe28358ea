import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { SightlineError } from '../../src/core/errors.ts'
import { UnitFeed, type UnitPacket } from '../../src/roles/streams/unit-feed.ts'

const format = { codec: 'h264' as const, width: 64, height: 48, parameterSets: '' }
const key = (ptsMs: number): UnitPacket => ({ isKey: true, epoch: 1, ptsMs, format })
const data = Buffer.alloc(1)

/** A viewer who takes the first of what comes and leaves. */
function viewer(feed: UnitFeed) {
  const units = feed.watch(new AbortController().signal)
  const first = units.next()
  return async () => {
    const { value } = await first
    await units.return(undefined)
    return value?.ptsMs
  }
}

test('UF1 who comes while somebody watches begins with the last key frame', async () => {
  const feed = new UnitFeed()
  const first = viewer(feed)
  feed.take(key(40), data)
  const second = viewer(feed)
  feed.take(key(80), data)
  deepStrictEqual([await first(), await second()], [40, 40])
})

test('UF2 who comes when nobody watched does not begin with what was on its way when the last viewer left', async () => {
  const feed = new UnitFeed()
  const first = viewer(feed)
  feed.take(key(40), data)
  await first()
  feed.take(key(80), data)
  const next = viewer(feed)
  feed.take(key(3_600_000), data)
  deepStrictEqual(await next(), 3_600_000)
})

test('UF3 of a group that is too large nothing is kept: who comes then begins with the next key frame', async () => {
  const feed = new UnitFeed()
  const staying = viewer(feed)
  for (const ptsMs of [40, 80, 120]) feed.take({ ...key(ptsMs), isKey: ptsMs === 40 }, Buffer.alloc(1 << 20))
  const next = viewer(feed)
  feed.take({ isKey: false, epoch: 1, ptsMs: 160 }, data)
  feed.take(key(200), data)
  deepStrictEqual([await staying(), await next()], [40, 200])
})

test('UF4 viewers whom it ends with an error get that behind what waits for them, and nobody watches from then on', async () => {
  const feed = new UnitFeed()
  const units = feed.watch(new AbortController().signal)
  const first = units.next()
  feed.take(key(40), data)
  feed.take(key(80), data)
  feed.end(new SightlineError('SL_VIEW_LIMIT', 'too many'))
  strictEqual(feed.isWatched, false)
  const next = viewer(feed)
  feed.take(key(120), data)
  deepStrictEqual([(await first).value?.ptsMs, (await units.next()).value?.ptsMs], [40, 80])
  await rejects(units.next(), { code: 'SL_VIEW_LIMIT' })
  strictEqual(feed.isWatched, true)
  strictEqual(await next(), 120)
})
