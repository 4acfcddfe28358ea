import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { test } from 'node:test'
import { fill } from './rest-contents.ts'
import { RestHouse } from './rest-house.ts'

const time = { fromMs: 0, toMs: 60_000 }

const refused: readonly (readonly [what: string, path: string, body?: string])[] = [
  ['an unknown field of the query', '/api/v1/events?strem=yard'],
  ['`__proto__` in the query', '/api/v1/events?__proto__=1'],
  ['`__proto__` in a body', '/api/v1/sites', '{"id":"a","title":"A","timeZone":"UTC","__proto__":{"role":"admin"}}'],
  [
    '`constructor` in a body',
    '/api/v1/sites',
    '{"id":"a","title":"A","timeZone":"UTC","constructor":{"prototype":{}}}'
  ],
  ['an unknown field of a body', '/api/v1/sites', '{"id":"a","title":"A","timeZone":"UTC","createdMs":1}'],
  ['a number as text in a body', '/api/v1/measures/query', '{"stream":"yard","fromMs":"0","toMs":60000}'],
  ['a body that is no JSON', '/api/v1/sites', '{"id":'],
  ['an empty body', '/api/v1/sites', ''],
  ['a body that is a list', '/api/v1/sites', '[]'],
  ['a NUL in a word', '/api/v1/events?label=a%00b'],
  ['a NUL in an id', '/api/v1/events/a%00b'],
  ['a NUL in what is looked for', '/api/v1/streams?search=%00'],
  ['a time beyond all calendars', '/api/v1/events?fromMs=99999999999999999999'],
  ['an end before the begin', '/api/v1/events?fromMs=2&toMs=1'],
  ['a thousand streams', `/api/v1/events?${Array.from({ length: 1000 }, (_, n) => `stream=s${n}`).join('&')}`],
  ['a cursor of noise', '/api/v1/recordings?cursor=AAAA'],
  ['a way out of a folder', '/api/v1/reports/abc/%2e%2e%2f%2e%2e%2fetc%2fpasswd'],
  ['a way out with backslashes', '/api/v1/reports/abc/..%5c..%5csecret'],
  [
    'a zone of two points',
    '/api/v1/measures/query',
    JSON.stringify({
      stream: 'yard',
      ...time,
      zones: {
        z: {
          points: [
            [0, 0],
            [1, 1]
          ]
        }
      }
    })
  ]
]

test('what no request can be is refused with a code, and the server is as before', async t => {
  const house = await RestHouse.open(t)
  await fill(house, 'yard')
  for (const [what, path, body] of refused)
    await t.test(`H1 ${what}`, async () => {
      const asked = body === undefined ? {} : { method: 'POST', body, headers: { 'content-type': 'application/json' } }
      const { status, body: problem } = await house.json(path, asked)
      strictEqual(status, 400, JSON.stringify(problem))
      ok(/^SL_(REQUEST|QUERY|OPTION)_INVALID$/.test(String(problem.code)), String(problem.code))
    })

  await t.test('H2 a way out of a folder that the address resolves leads nowhere', async () => {
    for (const path of [
      '/api/v1/reports/%2e%2e/%2e%2e/etc/passwd',
      '/docs/%2e%2e/package.json',
      '/docs/..%2fpackage.json'
    ]) {
      const { status, body } = await house.json(path)
      ok(status === 404 || status === 400, `${path} ${status}`)
      ok(String(body.code).startsWith('SL_'))
    }
  })

  await t.test('H3 a hundred megabytes are refused before they are read', async () => {
    const { hostname, port } = new URL(house.url)
    const headers = { authorization: 'Bearer admin', 'content-type': 'application/json', 'content-length': 100_000_000 }
    const sending = request({ hostname, port, path: '/api/v1/measures/query', method: 'POST', headers })
    sending.on('error', () => undefined)
    sending.write('{"stream":"')
    const [answer] = await once(sending, 'response')
    strictEqual(answer.statusCode, 413)
    sending.destroy()
  })

  await t.test('H4 a body of another media type is refused', async () => {
    const answer = await house.ask('/api/v1/sites', {
      method: 'POST',
      body: '<a/>',
      headers: { 'content-type': 'application/xml' }
    })
    strictEqual(answer.status, 415)
  })

  await t.test('H5 what is looked for is no pattern, and takes no time', async () => {
    for (const search of ['%', '_', '\\', '(a+)+$', `${'%a'.repeat(50)}`, "' or 1=1 --"]) {
      const beginMs = performance.now()
      const { status, body } = await house.json(`/api/v1/streams?search=${encodeURIComponent(search)}`)
      deepStrictEqual([status, (body.items as unknown[]).length], [200, 0], search)
      ok(performance.now() - beginMs < 1000)
    }
    const { body } = await house.json('/api/v1/streams?search=YAR')
    strictEqual((body.items as unknown[]).length, 1)
  })

  await t.test('H6 another method is refused with those that there are', async () => {
    const answer = await house.ask('/api/v1/events', { method: 'DELETE' })
    deepStrictEqual([answer.status, answer.headers.get('allow')], [405, 'GET, HEAD'])
    strictEqual((await house.ask('/api/v1/events', { method: 'QUERY' })).status, 405)
    // Not what an event of this id would be asked.
    const marks = await house.ask('/api/v1/events/seen', { method: 'PATCH' })
    deepStrictEqual([marks.status, marks.headers.get('allow')], [405, 'PUT'])
    const link = await house.ask(`/api/v1/shared/${'0'.repeat(36)}`, { method: 'PATCH' })
    deepStrictEqual([link.status, link.headers.get('allow')], [405, 'GET, HEAD, POST'])
    const ground = await house.ask('/api/v1/reports/r/calibration', { method: 'DELETE' })
    deepStrictEqual([ground.status, ground.headers.get('allow')], [405, 'PUT'])
  })

  await t.test('H7 a question about centuries is refused', async () => {
    const asked = { method: 'POST', body: { stream: 'yard', fromMs: 0, toMs: 1_700_000_000_000, lines: {} } }
    const { status, body } = await house.json('/api/v1/measures/query', asked)
    deepStrictEqual([status, body.code], [413, 'SL_QUERY_TOO_LARGE'])
  })
})
