import { deepStrictEqual, equal, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { heldSettings, keysIn, type Layers, overruled, saidAfter, settingsOf } from '../../src/config/setting-layers.ts'
import type { Settings } from '../../src/config/settings.ts'
import { usualSettings } from '../../src/config/usual-settings.ts'
import { retentionPolicy } from '../../src/retention/retention-policy.ts'

const file: Settings = { live: { maxFps: 5, trackPictures: false }, retention: { streams: { yard: { events: '1d' } } } }

function layers(changed: Partial<Layers> = {}): Layers {
  return { file, said: {}, environment: {}, ...changed }
}

/** Says so beside the file. */
function saying(patch: object, before: Layers = layers()): Layers {
  return { ...before, said: saidAfter(before, keysIn(patch).known, patch) }
}

function held(all: Layers, key: string) {
  const found = heldSettings(settingsOf(all), all).find(({ setting }) => setting.key === key)
  return [found?.value, found?.from]
}

test('SL1 a setting is said by the environment, else beside the file, else by the file, else by nobody', () => {
  const said = saying({ live: { maxFps: 7 } })
  deepStrictEqual(held(layers(), 'uploads.atOnce'), [5, 'default'])
  deepStrictEqual(held(layers(), 'live.maxFps'), [5, 'file'])
  deepStrictEqual(held(said, 'live.maxFps'), [7, 'api'])
  deepStrictEqual(held({ ...said, environment: { SIGHTLINE_LIVE_MAX_FPS: '9' } }, 'live.maxFps'), [9, 'environment'])
  const both = { SIGHTLINE_LIVE_MAX_FPS: '9', SIGHTLINE_MAX_FPS: '3' }
  deepStrictEqual(held({ ...said, environment: both }, 'live.maxFps'), [3, 'environment'])
})

test('SL2 null makes it as usual, whatever the file says; what the file says is the file’s again', () => {
  const usual = saying({ live: { trackPictures: null } })
  deepStrictEqual(held(usual, 'live.trackPictures'), [true, 'api'])
  deepStrictEqual(saying({ live: { trackPictures: false } }, usual).said, {})
})

test('SL3 of a table of names, what is left out stays, and null takes one out (RFC 7396)', () => {
  const said = saying({ retention: { streams: { door: { events: '2d' } } } })
  deepStrictEqual(settingsOf(said).retention?.streams, { yard: { events: '1d' }, door: { events: '2d' } })
  const less = saying({ retention: { streams: { yard: null } } }, said)
  deepStrictEqual(settingsOf(less).retention?.streams, { door: { events: '2d' } })
})

test('SL4 the file wins where it says something else than when something was said over it, key by key', () => {
  const { said } = saying({ live: { maxFps: 7, trackPictures: true } })
  deepStrictEqual(overruled(said, file), [])
  deepStrictEqual(overruled(said, { ...file, live: { ...file.live, maxFps: 6 } }), ['live.maxFps'])
  deepStrictEqual(overruled(said, { retention: {} }), ['live.maxFps', 'live.trackPictures'])
})

test('SL5 what is no setting is told apart, prototypes too', () => {
  const patch = JSON.parse('{"live": {"maxFps": 1, "sauce": 2}, "__proto__": {"x": 1}, "access": 3}') as object
  const { known, unknown } = keysIn(patch)
  deepStrictEqual(known, ['live.maxFps'])
  deepStrictEqual([...unknown].sort(), ['__proto__', 'access', 'live.sauce'])
  deepStrictEqual(keysIn([]).unknown, ['the body'])
})

test('SL6 what cannot be is refused as it is in the file', () => {
  throws(() => settingsOf(saying({ live: { maxFps: 0 } })), {
    code: 'SL_CONFIG_INVALID',
    message: /`live\.maxFps` is 0/
  })
  throws(() => settingsOf(saying({ access: { oidc: { title: 'x' } } })), { message: /lacks `issuer`, `clientId`/ })
})

test('SL7 what is shown as usual is what the parts do', () => {
  const { budgets, ...rest } = retentionPolicy(usualSettings.retention)
  const { budgets: usualBudgets, ...usual } = retentionPolicy()
  deepStrictEqual([budgets, rest], [usualBudgets, usual])
  equal(settingsOf(layers({ file: usualSettings })), usualSettings)
  ok(heldSettings(usualSettings, layers({ file: {} })).every(({ from }) => from === 'default'))
})
