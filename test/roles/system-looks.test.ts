import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Finding } from '../../src/commands/doctor/finding.ts'
import { RecentLog } from '../../src/core/recent-log.ts'
import { retentionPolicy } from '../../src/retention/retention-policy.ts'
import type { Holding } from '../../src/retention/usage.ts'
import { diskUse, systemLooks } from '../../src/roles/system-looks.ts'

const day = 86_400_000
const nothing = { policy: retentionPolicy(), found: { holdings: [], usedBytes: {} }, disks: () => [] }
const looking = (examine: () => Promise<readonly Finding[]>) =>
  systemLooks({ examine, keeper: nothing, log: { level: 'warn' }, recent: new RecentLog({ write: () => undefined }) })

test('SL1 of each kind it is told how long it is kept, how much of it there is, and since when', () => {
  const policy = retentionPolicy({
    events: { keep: '30d', atMost: 1000 },
    streams: { door: { events: '1d' } },
    budgets: { media: 5000 }
  })
  const holdings: readonly Holding[] = [
    { kind: 'events', stream: 'door', oldestMs: 5 * day, shiftMs: 0, bytes: 300 },
    { kind: 'events', stream: 'yard', oldestMs: 2 * day, shiftMs: 2 * day, bytes: 200 },
    { kind: 'tracks', stream: 'yard', oldestMs: 3 * day, shiftMs: 0 }
  ]
  const disk = { places: ['media', 'store'], totalBytes: 100, freeBytes: 10, pendingBytes: 0, pruning: true } as const
  const use = diskUse({ policy, found: { holdings, usedBytes: { media: 42 } }, disks: () => [disk] })
  const kind = (name: string) => use.kinds.find(each => each.kind === name)
  deepStrictEqual(kind('events'), {
    ...{ kind: 'events', place: 'store', keepMs: 30 * day, atMostBytes: 1000, bytes: 500, oldestMs: 4 * day },
    ...{ streams: 2, exceptions: 1 }
  })
  deepStrictEqual([kind('tracks')?.bytes, kind('clips')?.bytes], [null, 0], 'nobody counts what has no limit')
  deepStrictEqual([kind('counts')?.keepMs, kind('clips')?.oldestMs], [null, null])
  deepStrictEqual(
    use.places.find(({ place }) => place === 'media'),
    { place: 'media', bytes: 42, atMostBytes: 5000 }
  )
  deepStrictEqual(use.disks, [{ places: ['media', 'store'], totalBytes: 100, freeBytes: 10, isPruned: true }])
})

test('SL2 many who ask at once wait for one doctor, and who asks soon after gets the same', async () => {
  let asked = 0
  const looks = looking(async () => {
    asked++
    return [{ check: 'disk', state: 'note', found: 'Nearly full.', remedy: 'Make room.' }]
  })
  const [first, second] = await Promise.all([looks.examine(), looks.examine()])
  deepStrictEqual(first, second)
  deepStrictEqual([(await looks.examine()).isWell, asked], [true, 1])
})

test('SL3 a doctor that fails is asked again', async () => {
  let asked = 0
  const looks = looking(async () => {
    if (asked++ === 0) throw new Error('no process could be started')
    return []
  })
  match(String(await looks.examine().catch(error => error)), /no process/)
  deepStrictEqual((await looks.examine()).findings, [])
})

test('SL4 what is wrong makes it unwell, and is told without secrets', async () => {
  const found = 'postgres://me:hunter2@db/sightline does not answer.'
  const { isWell, findings } = await looking(async () => [{ check: 'store', state: 'wrong', found }]).examine()
  equal(isWell, false)
  ok(!JSON.stringify(findings).includes('hunter2'))
})
