import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { SettingItem, SettingList, SettingsChanged } from '../../../src/contract/api/setting.ts'
import { type Asked, RestHouse } from './rest-house.ts'

const path = '/api/v1/settings'
const patching = (body: object, headers: Asked['headers'] = {}): Asked => ({ method: 'PATCH', body, headers })

async function item(house: RestHouse, key: string): Promise<SettingItem | undefined> {
  const { body } = await house.json(path)
  return (body as SettingList).items.find(each => each.key === key)
}

test('ST1 every setting is told with who says it, and whether it can be changed here', async t => {
  const house = await RestHouse.open(t)
  deepStrictEqual(await item(house, 'live.maxFps'), {
    ...{ key: 'live.maxFps', value: 5, from: 'file', inFile: 5, usual: null, variable: null },
    ...{ isChangeable: true, needsRestart: false }
  })
  const env = await item(house, 'uploads.atOnce')
  deepStrictEqual(
    [env?.value, env?.from, env?.variable, env?.isChangeable],
    [7, 'environment', 'SIGHTLINE_UPLOADS_AT_ONCE', false]
  )
  const cold = await item(house, 'live.workers')
  deepStrictEqual([cold?.value, cold?.from, cold?.isChangeable, cold?.needsRestart], [null, 'default', false, true])
})

test('ST2 a change is shown before it is made, and made where nobody made another meanwhile', async t => {
  const house = await RestHouse.open(t)
  const etag = (await house.ask(path)).headers.get('etag') ?? ''
  const shown = await house.json(`${path}?check=true`, patching({ live: { maxFps: 8 } }, { 'if-match': etag }))
  const { isApplied, changes } = shown.body as SettingsChanged
  const diff = [{ key: 'live.maxFps', before: { value: 5, from: 'file' }, after: { value: 8, from: 'api' } }]
  deepStrictEqual([shown.status, isApplied, changes], [200, false, diff])
  equal((await item(house, 'live.maxFps'))?.value, 5)
  const made = await house.ask(path, patching({ live: { maxFps: 8 } }, { 'if-match': etag }))
  deepStrictEqual([made.status, ((await made.json()) as SettingsChanged).changes], [200, diff])
  const late = await house.json(path, patching({ live: { maxFps: 9 } }, { 'if-match': etag }))
  deepStrictEqual([late.status, late.body.code], [412, 'SL_PRECONDITION_FAILED'])
  const next = { 'if-match': made.headers.get('etag') ?? '' }
  equal((await house.ask(path, patching({ live: { maxFps: 9 } }, next))).status, 200)
  equal((await house.ask(path, { headers: { 'if-none-match': next['if-match'] } })).status, 200)
})

const refused = [
  { rule: 'a value out of its range', body: { live: { maxFps: 0 } }, status: 400, detail: /maxFps/ },
  {
    rule: 'limits that contradict each other',
    body: { retention: { disk: { relief: 0.9 } } },
    status: 400,
    detail: /relief/
  },
  { rule: 'an unknown key', body: { live: { sauce: 1 } }, status: 400, detail: /sauce/ },
  { rule: 'a stream', body: { streams: {} }, status: 400, detail: /streams/ },
  {
    rule: 'what is said in the environment',
    body: { uploads: { atOnce: 1 } },
    status: 409,
    detail: /SIGHTLINE_UPLOADS_AT_ONCE/
  },
  { rule: 'what needs a restart', body: { live: { workers: 2 } }, status: 400, detail: /next start/ }
]
for (const { rule, body, status, detail } of refused)
  test(`ST3 refused, with its place: ${rule}`, async t => {
    const house = await RestHouse.open(t)
    const answer = await house.json(path, patching(body))
    equal(answer.status, status)
    match(String(answer.body.detail), detail)
  })

test('ST4 nobody but admins reads or changes them', async t => {
  const house = await RestHouse.open(t)
  for (const as of ['olga', 'vera', 'reader', 'keeper'] as const) {
    equal((await house.ask(path, { as })).status, 403, as)
    equal((await house.ask(path, { as, ...patching({ live: { maxFps: 1 } }) })).status, 403, as)
  }
  ok(await item(house, 'live.maxFps'))
})
