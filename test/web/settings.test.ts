import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { settingKeys } from '../../src/config/setting-keys.ts'
import { Settings } from '../../src/config/settings.ts'
import { usualSettings } from '../../src/config/usual-settings.ts'
import { kindOf, type SettingSchema, schemaAt } from '../../web/src/pages/settings/setting-kind.ts'
import { faultsByKey, patchOf } from '../../web/src/pages/settings/setting-patch.ts'
import { readText, textOf } from '../../web/src/pages/settings/setting-text.ts'
import { settingTexts } from '../../web/src/strings/setting-names.ts'

// What comes from the server as JSON has no more than JSON has.
const schema = JSON.parse(JSON.stringify(Settings)) as SettingSchema
const served = settingKeys.map(({ key }) => key).filter(key => !/^(streams|analysis)\b/.test(key))
const kind = (key: string) => kindOf(schemaAt(schema, key)!)
const read = (key: string, text: string) => readText(kind(key), text)

test('SG1 each setting has a name, and it is said what it does', () => {
  deepStrictEqual(
    served.filter(key => !settingTexts.has(key)),
    []
  )
})

test('SG2 only what is no list, choice or size is filled in as JSON', () => {
  deepStrictEqual(
    served.filter(key => kind(key).kind === 'json'),
    ['models.remote', 'live.webrtc.ports', 'live.webrtc.iceServers']
  )
})

test('SG3 what is usual is read as it is shown', () => {
  for (const key of served) {
    const value = key
      .split('.')
      .reduce<unknown>((inner, name) => (inner as Record<string, unknown>)?.[name], usualSettings)
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue
    deepStrictEqual(read(key, textOf(kind(key), value)), { value }, key)
  }
})

const written = [
  ['live.maxFps', '7,5', 7.5],
  ['live.maxFps', ' ', null],
  ['live.trackPictures', 'false', false],
  ['telemetry.metrics', 'open', 'open'],
  ['uploads.maxBytes', '20GB', '20GB'],
  ['uploads.maxBytes', '1000', 1000],
  ['retention.clips', '30d', '30d'],
  ['retention.clips', '200GB', { atMost: '200GB' }],
  ['retention.clips', '30d, 200GB', { keep: '30d', atMost: '200GB' }],
  ['cameraApi.allow', '10.0.0.1\n\n 10.1.0.0/16 ', ['10.0.0.1', '10.1.0.0/16']],
  [
    'server.corsOrigins',
    'https://a.example\nhttps://b.example credentials',
    ['https://a.example', { origin: 'https://b.example', credentials: true }]
  ],
  ['access.oidc.links', 'anna = 00u1 = x\nben=7', { anna: '00u1 = x', ben: '7' }],
  [
    'retention.streams',
    'yard clips 7d\nyard events 30d, 2GB\nattic clips 1GB',
    { yard: { clips: '7d', events: { keep: '30d', atMost: '2GB' } }, attic: { clips: { atMost: '1GB' } } }
  ]
] as const
for (const [key, text, value] of written)
  test(`SG4 ${key} is read from ${JSON.stringify(text)}, and shown as it was read`, () => {
    deepStrictEqual(read(key, text), { value })
    deepStrictEqual(read(key, textOf(kind(key), value)), { value })
  })

const wrong = [
  ['live.maxFps', 'many', 'This must be a number.'],
  ['live.maxFps', '0', 'This must be at least 0.01.'],
  ['uploads.atOnce', '2.5', 'This must be a whole number.'],
  ['uploads.atOnce', '1001', 'This must be at most 1000.'],
  ['retention.disk.untouched', 'soon', 'This must be a time such as 36h, 30d, 8w or 2y, or forever.'],
  ['uploads.maxBytes', '20 pounds', 'This must be a size such as 500MB or 2TB, a number of bytes, or unlimited.'],
  [
    'cameraApi.allow',
    '10.0.0.1\nhome',
    '“home” must be an address such as 192.168.1.2, or a network such as 10.0.0.0/8.'
  ],
  ['access.oidc.links', 'anna', '“anna” must be a name, = and what the provider calls them.'],
  ['retention.streams', 'yard clips', 'Each line needs a stream, what is kept and for how long.'],
  ['retention.streams', 'yard cats 7d', 'Each line needs a stream, what is kept and for how long.'],
  ['retention.streams', 'yard clips 7d\nyard clips 8d', '“yard” has two lines for the same: remove one.'],
  [
    'retention.streams',
    'yard clips soon',
    'This must be a time such as 36h, 30d, 8w or 2y, or forever; a size such as 500MB or 2TB, a number of bytes, or unlimited.'
  ],
  ['live.webrtc.iceServers', '{', 'This is no JSON: look for a missing quote, comma or bracket.']
] as const
for (const [key, text, fault] of wrong)
  test(`SG5 ${key} as ${JSON.stringify(text)} is refused in a sentence`, () =>
    deepStrictEqual(read(key, text), { fault }))

test('SG6 two ages, or an age and something else, are no rule', () => {
  for (const text of ['30d, 40d', '30d, soon', '1GB, 2GB']) ok('fault' in read('retention.clips', text), text)
})

test('SG7 wishes are one merge patch, in which what is gone is null', () => {
  const wishes = [
    { key: 'live.maxFps', now: 5, value: 8 },
    { key: 'live.trackPictures', now: false, value: null },
    { key: 'access.oidc.links', now: { anna: '1', ben: '2' }, value: { ben: '2', carla: '3' } },
    { key: 'retention.clips', now: { keep: '1d', atMost: 5 }, value: '2d' }
  ]
  deepStrictEqual(patchOf(wishes), {
    live: { maxFps: 8, trackPictures: null },
    access: { oidc: { links: { anna: null, carla: '3' } } },
    retention: { clips: '2d' }
  })
})

test('SG8 what the server says of a setting stands at that setting', () => {
  const keys = ['retention.disk.prune', 'retention.disk.relief', 'live.maxFps']
  const message =
    'retention.disk.relief: 0.9 is more\n`live/maxFps` of the body must be\nno\nretention.disk: has to grow'
  const faults = faultsByKey(message, keys, ['retention.disk.prune', 'live.maxFps'])
  equal(faults.get('retention.disk.prune'), 'retention.disk: has to grow')
  equal(faults.get('retention.disk.relief'), 'retention.disk.relief: 0.9 is more')
  equal(faults.get('live.maxFps'), '`live/maxFps` of the body must be')
  equal(faults.get(''), 'no')
})
