import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { modelPlaces } from '../../src/vision/model-places.ts'

const home = join('/', 'home', 'ann')
const folder = join('/', 'work')
const places = (env: Record<string, string>, platform: NodeJS.Platform = 'linux') =>
  modelPlaces({ env, platform, folder, home })

test('SIGHTLINE_MODELS is a list of folders before ./models', () => {
  deepStrictEqual(places({ SIGHTLINE_MODELS: ['a', join('/', 'b'), ''].join(delimiter) }).searchPath, [
    join('/', 'work', 'a'),
    join('/', 'b'),
    join('/', 'work', 'models')
  ])
})

const caches: { platform: NodeJS.Platform; env: Record<string, string>; cache: string }[] = [
  { platform: 'linux', env: {}, cache: join(home, '.cache', 'sightline', 'models') },
  { platform: 'linux', env: { XDG_CACHE_HOME: join('/', 'xdg') }, cache: join('/', 'xdg', 'sightline', 'models') },
  { platform: 'darwin', env: {}, cache: join(home, 'Library', 'Caches', 'sightline', 'models') },
  { platform: 'win32', env: { LOCALAPPDATA: join('/', 'local') }, cache: join('/', 'local', 'sightline', 'models') }
]
for (const { platform, env, cache } of caches) {
  test(`on ${platform} with ${JSON.stringify(env)} the cache is ${cache}`, () => {
    strictEqual(places(env, platform).cache, cache)
  })
}

test('models.lock lies where SIGHTLINE_DATA says, ./data by default', () => {
  strictEqual(places({}).lockFile, join(folder, 'data', 'models.lock'))
  strictEqual(places({ SIGHTLINE_DATA: join('/', 'state') }).lockFile, join('/', 'state', 'models.lock'))
})

test('SIGHTLINE_CATALOGUE must be there; ./models/catalogue.yaml may be', () => {
  deepStrictEqual(places({}).catalogues, [{ path: join(folder, 'models', 'catalogue.yaml'), optional: true }])
  deepStrictEqual(places({ SIGHTLINE_CATALOGUE: 'c.yaml' }).catalogues, [
    { path: join(folder, 'c.yaml'), optional: false }
  ])
})
