import { deepStrictEqual, equal, match, rejects } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { sql } from 'kysely'
import { saidAfter } from '../../../src/config/setting-layers.ts'
import { SightlineError } from '../../../src/core/errors.ts'
import type { SettingsDesk } from '../../../src/roles/settings/settings-desk.ts'
import type { StoreDatabase } from '../../../src/store/database.ts'
import { Settings } from '../../../src/store/settings.ts'
import { openSqliteStore } from '../../store/suites/open-store.ts'
import { settingsDesk, settingsFile } from '../../support/settings-desk.ts'

const text = 'live:\n  maxFps: 5\nuploads:\n  atOnce: 2\n'

/** A desk over that text, in a store that outlives it. */
async function opened(database: StoreDatabase, given = text): Promise<SettingsDesk> {
  const desk = settingsDesk(given)
  await desk.open(new Settings(database))
  return desk
}

function change(desk: SettingsDesk, patch: object, check = false) {
  return desk.change('user:ada', patch, { check })
}

async function audit(database: StoreDatabase) {
  const rows = await database.sql.selectFrom('audit').selectAll().orderBy('n').execute()
  return rows.map(({ actor, action, detail }) => ({ actor, action, ...(JSON.parse(detail) as object) }))
}

test('SD1 what is said holds at once and after a restart, and the audit has what was otherwise', async t => {
  const database = await openSqliteStore(t as TestContext)
  const desk = await opened(database)
  await change(desk, { live: { maxFps: 7 } })
  equal(desk.now.live?.maxFps, 7)
  equal((await opened(database)).now.live?.maxFps, 7)
  const [entry] = await audit(database)
  deepStrictEqual(entry, {
    actor: 'user:ada',
    action: 'settings-changed',
    changes: [{ key: 'live.maxFps', before: { value: 5, from: 'file' }, after: { value: 7, from: 'api' } }]
  })
})

test('SD2 the file wins where it was changed since, while it runs and while it did not', async t => {
  const database = await openSqliteStore(t as TestContext)
  const desk = await opened(database)
  await change(desk, { live: { maxFps: 7 }, uploads: { atOnce: 3 } })
  await desk.take(settingsFile('live: {maxFps: 6}\nuploads: {atOnce: 2}\n'))
  deepStrictEqual([desk.now.live?.maxFps, desk.now.uploads?.atOnce], [6, 3])
  const later = await opened(database, 'live: {maxFps: 6}\nuploads: {atOnce: 4}\n')
  deepStrictEqual([later.now.live?.maxFps, later.now.uploads?.atOnce], [6, 4])
  const wins = (await audit(database)).filter(({ actor }) => actor === 'settings-file')
  deepStrictEqual(
    wins.map(entry => (entry as { fileWins?: unknown }).fileWins),
    [['live.maxFps'], ['uploads.atOnce']]
  )
  equal((await opened(database, 'live: {maxFps: 6}\nuploads: {atOnce: 2}\n')).now.uploads?.atOnce, 2)
})

test('SD3 a check says what would be otherwise, and changes nothing', async t => {
  const database = await openSqliteStore(t as TestContext)
  const desk = await opened(database)
  const { changes, after } = await change(desk, { live: { maxFps: 7 } }, true)
  deepStrictEqual(
    changes.map(({ before, after }) => [before.setting.key, before.value, after.value]),
    [['live.maxFps', 5, 7]]
  )
  equal(after.held.find(({ setting }) => setting.key === 'live.maxFps')?.value, 7)
  equal(desk.now.live?.maxFps, 5)
  deepStrictEqual(await audit(database), [])
})

test('SD4 either all parts take over a change, or none', async t => {
  const database = await openSqliteStore(t as TestContext)
  const desk = await opened(database)
  const taken: (number | undefined)[] = []
  desk.follow(
    'live',
    ({ live }) =>
      () =>
        void taken.push(live?.maxFps)
  )
  desk.follow('uploads', async ({ uploads }) => {
    if (uploads?.atOnce === 13) throw new SightlineError('SL_CONFIG_INVALID', 'uploads.atOnce: 13 brings bad luck.')
    return () => undefined
  })
  const both = { live: { maxFps: 9 }, uploads: { atOnce: 13 } }
  for (const check of [true, false])
    await rejects(change(desk, both, check), { code: 'SL_CONFIG_INVALID', message: /bad luck/ })
  await rejects(desk.take(settingsFile('live: {maxFps: 9}\nuploads:\n  atOnce: 13\n')), {
    message: /^sightline\.yaml:3: uploads\.atOnce: 13 brings bad luck/
  })
  deepStrictEqual([taken, desk.now.live?.maxFps], [[], 5])
  await change(desk, { live: { maxFps: 9 } })
  deepStrictEqual(taken, [9])
})

test('SD5 what was said does not keep the file from being mended: what cannot go with it holds no more', async t => {
  const database = await openSqliteStore(t as TestContext)
  const oidc = 'access: {oidc: {issuer: https://id.example, clientId: a}}\n'
  const desk = await opened(database, oidc)
  await change(desk, { access: { oidc: { title: 'Example' } }, live: { maxFps: 3 } })
  await desk.take(settingsFile('{}'))
  deepStrictEqual([desk.now.access?.oidc, desk.now.live?.maxFps], [undefined, 3])
})

const refused = [
  { rule: 'what needs a restart', patch: { live: { workers: 2 } }, message: /next start on/ },
  { rule: 'who gets the client’s secret', patch: { access: { oidc: { issuer: 'https://evil' } } }, message: /alone/ },
  { rule: 'a file of the server', patch: { access: { oidc: { clientSecretFile: '/etc/shadow' } } }, message: /alone/ },
  { rule: 'where traces go', patch: { telemetry: { traces: { endpoint: 'http://evil' } } }, message: /alone/ },
  { rule: 'where this machine may dial', patch: { sources: { deny: null } }, message: /alone/ },
  { rule: 'a stream', patch: { streams: { a: 'demo:' } }, message: /alone/ },
  { rule: 'what is none', patch: { live: { sauce: 1 } }, message: /`live\.sauce` is no setting/ }
]
for (const { rule, patch, message } of refused)
  test(`SD6 not to be said here: ${rule}`, () =>
    rejects(change(settingsDesk(), patch), { code: 'SL_REQUEST_INVALID', message }))

test('SD7 what the environment says stays, and is said to', () =>
  rejects(change(settingsDesk('{}', { SIGHTLINE_MAX_FPS: '5' }), { live: { maxFps: 7 } }), {
    code: 'SL_OPTION_CONFLICT',
    message: /\$SIGHTLINE_MAX_FPS/
  }))

test('SD8 what holds from the next start on is told, and not once it is as it was', async () => {
  const desk = settingsDesk('live: {workers: 1}')
  deepStrictEqual(await desk.take(settingsFile('live: {workers: 2, maxFps: 3}')), ['live.workers'])
  deepStrictEqual(desk.look().restartNeeded, ['live.workers'])
  deepStrictEqual(await desk.take(settingsFile('live: {workers: 1}')), [])
})

test('SD9 a secret is in no entry of the audit', async t => {
  const database = await openSqliteStore(t as TestContext)
  const desk = await opened(database)
  const ice = 'live: {webrtc: {iceServers: [{urls: "turn:a", username: u, credential: hunter2}]}}'
  await desk.take(settingsFile(ice))
  match(JSON.stringify(await audit(database)), /iceServers.*\*\*\*/)
  equal(/hunter2/.test(JSON.stringify(await audit(database))), false)
})

test('SD10 servers of one store lose nothing of what was said to another, and hold it from their next change on', async t => {
  const database = await openSqliteStore(t as TestContext)
  const [one, other] = [await opened(database), await opened(database)]
  await change(one, { live: { maxFps: 7 } })
  equal(other.now.live?.maxFps, 5)
  const { changes } = await change(other, { uploads: { atOnce: 3 } })
  deepStrictEqual(
    changes.map(({ before }) => before.setting.key),
    ['uploads.atOnce']
  )
  for (const desk of [other, await opened(database)])
    deepStrictEqual([desk.now.live?.maxFps, desk.now.uploads?.atOnce], [7, 3])
})

test('SD11 a change begins again where another server was first', async t => {
  const database = await openSqliteStore(t as TestContext)
  const [one, other] = [await opened(database), await opened(database)]
  let isFirst = true
  one.follow('live', async () => {
    if (isFirst) {
      isFirst = false
      await change(other, { uploads: { atOnce: 3 } })
    }
    return () => undefined
  })
  await change(one, { live: { maxFps: 7 } })
  const later = await opened(database)
  deepStrictEqual([later.now.live?.maxFps, later.now.uploads?.atOnce], [7, 3])
  equal((await audit(database)).length, 2)
})

test('SD12 where the file wins at one server, what was said to another since stays', async t => {
  const database = await openSqliteStore(t as TestContext)
  const [one, other] = [await opened(database), await opened(database)]
  await change(one, { live: { maxFps: 7 } })
  await change(other, { uploads: { atOnce: 3 } })
  await one.take(settingsFile('live: {maxFps: 6}\nuploads: {atOnce: 2}\n'))
  const later = await opened(database, 'live: {maxFps: 6}\nuploads: {atOnce: 2}\n')
  deepStrictEqual([later.now.live?.maxFps, later.now.uploads?.atOnce], [6, 3])
})

test('SD13 a change whose entry of the audit cannot be kept is none', async t => {
  const database = await openSqliteStore(t as TestContext)
  const desk = await opened(database)
  const full = sql`create trigger full before insert on audit begin select raise(abort, 'full'); end`
  await full.execute(database.sql)
  await rejects(change(desk, { live: { maxFps: 7 } }), { code: 'SL_STORE_REFUSED' })
  deepStrictEqual([desk.now.live?.maxFps, (await opened(database)).now.live?.maxFps], [5, 5])
})

test('SD14 what was said before the file alone could say it holds no more', async t => {
  const database = await openSqliteStore(t as TestContext)
  const fence = 'sources: {deny: [10.0.0.0/8]}'
  const layers = { file: settingsFile(fence).value, said: {}, environment: {} }
  const said = saidAfter(layers, ['sources.deny'], { sources: { deny: [] } })
  await new Settings(database).put('settings.said', said, 0)
  deepStrictEqual((await opened(database, fence)).now.sources?.deny, ['10.0.0.0/8'])
  deepStrictEqual(await new Settings(database).get('settings.said'), {})
})
