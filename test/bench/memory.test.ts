import { ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { memoryFigures } from '../../bench/memory.ts'
import { residentBytes } from '../../bench/process-memory.ts'

const run = (megabytes: (share: number) => number) =>
  Array.from({ length: 101 }, (_, i) => ({ atMs: i * 1000, bytes: megabytes(i / 100) * 1e6 }))

test('the slope is in megabytes for an hour of video, whatever the run took', () => {
  const { slope_mb_h } = memoryFigures(
    run(share => 100 + 6 * share),
    2
  )
  ok(Math.abs(slope_mb_h - 3) < 1e-6)
})

test('the first tenth of the run is warm-up and counts for nothing', () => {
  const { rss_mb, slope_mb_h } = memoryFigures(
    run(share => (share < 0.1 ? 900 : 200)),
    1
  )
  strictEqual(rss_mb, 200)
  strictEqual(slope_mb_h, 0)
})

test('a pool that fills in the first half is no slope, a leak that begins there is', () => {
  const filling = memoryFigures(
    run(share => (share < 0.45 ? 300 : 330)),
    1
  )
  strictEqual(filling.slope_mb_h, 0)
  const leaking = memoryFigures(
    run(share => 300 + Math.max(0, share - 0.3) * 12),
    1
  )
  ok(Math.abs(leaking.slope_mb_h - 12) < 1e-6)
})

test('the highest value after warm-up is what counts', () => {
  strictEqual(
    memoryFigures(
      run(share => (share === 0.5 ? 350 : 200)),
      1
    ).rss_mb,
    350
  )
})

const linux = { skip: process.platform === 'linux' ? false : 'reads /proc, which only Linux has' }

test('a process that runs has memory, and one that has ended has none', linux, () => {
  ok(residentBytes(process.pid)! > 10e6)
  strictEqual(residentBytes(2 ** 30), undefined)
})
