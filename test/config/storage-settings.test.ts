import { deepStrictEqual, rejects, strictEqual, throws } from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadSettings } from '../../src/config/load-settings.ts'
import { retentionPolicy } from '../../src/retention/retention-policy.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
test.after(() => folder[Symbol.asyncDispose]())
const day = 86_400_000

async function load(text: string) {
  const path = join(folder.path, 'settings.yaml')
  await writeFile(path, text)
  return await loadSettings(path, true)
}

test('the settings that docs/guide/keeping.md shows are valid, and a policy can be made of them', async () => {
  const guide = await readFile(join(import.meta.dirname, '../../docs/guide/keeping.md'), 'utf8')
  const [, text = ''] = /```yaml\n(.*?)```/s.exec(guide) ?? []
  const policy = retentionPolicy((await load(text)).retention)
  deepStrictEqual(policy.kinds.clips, { keepMs: 14 * day, maxBytes: 50e9 })
  strictEqual(policy.streams.entrance?.snapshots?.keepMs, 2 * day)
  strictEqual(policy.budgets.media, 200e9)
})

test('where nothing is said, everything but the counts has an age, and the disk its limits', () => {
  const { kinds, fill, budgets } = retentionPolicy()
  const forever = Object.entries(kinds).filter(([, { keepMs }]) => keepMs === Number.POSITIVE_INFINITY)
  deepStrictEqual(
    forever.map(([kind]) => kind),
    ['counts', 'hourlyCounts']
  )
  deepStrictEqual(fill, { prune: 0.85, stopClips: 0.92, stopUploads: 0.97, relief: 0.02 })
  strictEqual(budgets.store, Number.POSITIVE_INFINITY)
})

const faults: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  [
    'an unknown kind',
    'retention:\n  pictures: 3d',
    /settings\.yaml:2: unknown key `pictures`; known here: events, tracks/
  ],
  ['an age without a unit', 'retention:\n  events: 30', /:2: `retention\.events` is 30; it must be a time such as 30d/],
  ['an age that is none', 'retention:\n  events: soon', /:2: .*must be a time such as 30d/],
  ['a size that is none', 'retention:\n  budgets:\n    store: much', /:3: .*must be a size such as 500MB/],
  ['an unknown key of a stream', 'retention:\n  streams:\n    door:\n      evnts: 3d', /:4: unknown key `evnts`/],
  ['an unknown key of data', 'data:\n  path: x', /:2: unknown key `path`; known here: folder/]
]
for (const [what, text, message] of faults) {
  test(`refused, with the line: ${what}`, () => rejects(load(text), { code: 'SL_CONFIG_INVALID', message }))
}

test('limits of a disk that contradict each other are refused', () => {
  throws(() => retentionPolicy({ disk: { prune: 0.95 } }), { code: 'SL_CONFIG_INVALID', message: /prune 0\.95/ })
})
