import { deepStrictEqual, doesNotMatch, equal, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { settingVariables, unknownVariables, withEnvironment } from '../../src/config/environment-settings.ts'

test('EV1 every key that is no chosen name has one variable of its own', () => {
  const names = settingVariables.map(({ variable }) => variable)
  equal(new Set(names).size, names.length)
  for (const name of ['SIGHTLINE_LIVE_MAX_FPS', 'SIGHTLINE_RETENTION_BUDGETS_MEDIA', 'SIGHTLINE_CAMERA_API_ALLOW'])
    ok(names.includes(name), name)
  // These say something else, or are nobody's to say.
  for (const name of ['SIGHTLINE_MODELS', 'SIGHTLINE_DATA', 'SIGHTLINE_SECRET_KEY', 'SIGHTLINE_STREAMS'])
    ok(!names.includes(name), name)
})

test('EV2 a variable goes before the file, as the number, list or word that it is', () => {
  const settings = { live: { maxFps: 5, workers: 2 }, data: { folder: 'a' } }
  const environment = {
    SIGHTLINE_LIVE_MAX_FPS: '12.5',
    SIGHTLINE_SOURCES_DENY: '[10.0.0.0/8, 169.254.0.0/16]',
    SIGHTLINE_RETENTION_EVENTS: '30d',
    SIGHTLINE_DATA_FOLDER: '7',
    SIGHTLINE_LIVE_WORKERS: ''
  }
  deepStrictEqual(withEnvironment(settings, environment), {
    live: { maxFps: 12.5, workers: 2 },
    data: { folder: '7' },
    sources: { deny: ['10.0.0.0/8', '169.254.0.0/16'] },
    retention: { events: '30d' }
  })
  deepStrictEqual(settings.live.maxFps, 5)
})

test('EV3 a variable that makes no sense is named, with what it must be', () => {
  throws(() => withEnvironment({}, { SIGHTLINE_LIVE_MAX_FPS: 'fast' }), {
    code: 'SL_CONFIG_INVALID',
    message: /^\$SIGHTLINE_LIVE_MAX_FPS: `live\.maxFps` is "fast"; it must be a number of frames/
  })
  throws(() => withEnvironment({}, { SIGHTLINE_SOURCES_DENY: '[' }), {
    message: /^\$SIGHTLINE_SOURCES_DENY is no YAML/
  })
})

test('EV4 one that is mistyped is found, and what has another meaning is not', () => {
  const environment = {
    SIGHTLINE_LIVE_MAXFPS: '1',
    SIGHTLINE_MODELS: 'x',
    SIGHTLINE_DATA: 'x',
    SIGHTLINE_LIVE_MAX_FPS: '1'
  }
  deepStrictEqual(unknownVariables(environment), ['SIGHTLINE_LIVE_MAXFPS'])
})

test('EV5 a secret in a variable is not told when it is wrong', () => {
  const ice = '[{urls: "turn:a", credential: hunter2, username: [x]}]'
  throws(
    () => withEnvironment({}, { SIGHTLINE_LIVE_WEBRTC_ICE_SERVERS: ice }),
    error => {
      doesNotMatch(String(error), /hunter2/)
      return true
    }
  )
})
