import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { get } from 'node:http'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { crossing } from '../../store/records.ts'
import { RestHouse } from './rest-house.ts'

const path = '/api/v1/events?limit=200'

async function openHouse(t: Parameters<typeof RestHouse.open>[0]): Promise<RestHouse> {
  const house = await RestHouse.open(t)
  await house.store(...Array.from({ length: 200 }, (_, index) => crossing({ n: index + 1, afterMs: index * 1000 })))
  return house
}

/** As it goes over the line: `fetch` unpacks by itself. */
function sent(house: RestHouse, path: string, accepted: string) {
  const headers = { authorization: 'Bearer admin', 'accept-encoding': accepted }
  const { promise, resolve, reject } = Promise.withResolvers<{
    readonly headers: Readonly<Record<string, string | string[] | undefined>>
    readonly body: Buffer
  }>()
  get(`${house.url}${path}`, { headers }, async answer => {
    resolve({ headers: answer.headers, body: Buffer.concat(await answer.toArray()) })
  }).on('error', reject)
  return promise
}

test('PK1 a long list comes packed to whoever takes it so, and is the same list', async t => {
  const house = await openHouse(t)
  const [packed, plain] = [await sent(house, path, 'br, gzip'), await sent(house, path, 'identity')]
  strictEqual(packed.headers['content-encoding'], 'gzip')
  strictEqual(packed.headers['content-length'], String(packed.body.length))
  strictEqual(plain.headers['content-encoding'], undefined)
  deepStrictEqual(gunzipSync(packed.body), plain.body)
  ok(packed.body.length * 5 < plain.body.length, `${packed.body.length} of ${plain.body.length} bytes`)
})

test('PK2 caches are told that it depends on what is taken', async t => {
  const house = await openHouse(t)
  for (const accepted of ['gzip', 'identity'])
    match(String((await sent(house, path, accepted)).headers.vary), /accept, accept-encoding$/)
})

for (const [what, asked, accepted] of [
  ['where gzip is refused', path, 'gzip;q=0'],
  ['where gzip is refused at length', path, 'br, gzip ; Q=0.000'],
  ['where it is short', '/api/v1/events?limit=1', 'gzip'],
  ['where it has a tag', '/api/v1/settings', 'gzip']
] as const)
  test(`PK3 an answer comes as it is ${what}`, async t => {
    const house = await openHouse(t)
    const { headers, body } = await sent(house, asked, accepted)
    strictEqual(headers['content-encoding'], undefined)
    strictEqual(JSON.parse(body.toString()).code, undefined)
  })
