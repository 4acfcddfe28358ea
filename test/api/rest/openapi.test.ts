import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { RestHouse } from './rest-house.ts'

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly { readonly name: string }[]
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly $ref?: string
        readonly headers?: Readonly<Record<string, unknown>>
        readonly content?: Readonly<Record<string, unknown>>
      }
    >
  >
}
type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>

async function operations(house: RestHouse): Promise<readonly (readonly [string, Operation])[]> {
  const { body } = await house.json('/openapi.json')
  return Object.entries(body.paths as Paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const)
  )
}

test('D1 the document is one of OpenAPI 3.1', async t => {
  const house = await RestHouse.open(t)
  const { body } = await house.json('/openapi.json')
  const validator = new Validator()
  const { valid, errors } = await validator.validate(body)
  deepStrictEqual(errors ?? [], [])
  ok(valid)
  strictEqual(validator.version, '3.1')
})

test('D2 every operation says what it is for, and has an id of its own', async t => {
  const all = await operations(await RestHouse.open(t))
  ok(all.length >= 30, `${all.length} operations`)
  const bare = all.filter(([, { summary, tags }]) => !summary || tags?.length !== 1).map(([name]) => name)
  deepStrictEqual(bare, [])
  strictEqual(new Set(all.map(([, { operationId }]) => operationId)).size, all.length)
})

test('D3 every refusal that is named is a problem document', async t => {
  const house = await RestHouse.open(t)
  const { body } = await house.json('/openapi.json')
  const { responses } = body.components as { readonly responses: Operation['responses'] }
  for (const [name, { content }] of Object.entries(responses)) ok(content?.['application/problem+json'], name)
  const wrong = (await operations(house)).flatMap(([name, operation]) =>
    Object.entries(operation.responses)
      .filter(([status, { $ref }]) => Number(status) >= 400 && $ref !== `#/components/responses/Refused${status}`)
      .map(([status]) => `${name} ${status}`)
  )
  deepStrictEqual(wrong, [])
})

test('D4 the pages of the documentation ask nothing of another host', async t => {
  const house = await RestHouse.open(t)
  for (const path of ['/docs', '/redoc']) {
    const answer = await fetch(`${house.url}${path}`)
    strictEqual(answer.status, 200)
    const policy = answer.headers.get('content-security-policy') ?? ''
    ok(policy.startsWith("default-src 'none'") && !/https?:|unsafe-eval/.test(policy), policy)
    const page = await answer.text()
    const parts = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, place]) => place!)
    ok(parts.length >= 2)
    for (const part of parts) {
      const { status, headers } = await fetch(`${house.url}${part}`)
      strictEqual(status, 200, part)
      ok(/^text\/(javascript|css)/.test(headers.get('content-type') ?? ''), part)
    }
    const elsewhere = (await fetch(`${house.url}/api/v1/events`)).headers.get('content-security-policy') ?? ''
    ok(!/unsafe|blob:|data:/.test(elsewhere), elsewhere)
  }
})

test('D6 whatever is made takes an Idempotency-Key, and so does what cannot be done twice', async t => {
  const all = await operations(await RestHouse.open(t))
  const making = all.filter(([name, { responses }]) => name.startsWith('POST') && responses[201])
  ok(making.length >= 8, `${making.length}`)
  const takesKey = ({ parameters = [] }: Operation) => parameters.some(({ name }) => name === 'idempotency-key')
  deepStrictEqual(
    making.filter(([, operation]) => !takesKey(operation)).map(([name]) => name),
    []
  )
  ok(takesKey(all.find(([name]) => name === 'POST /api/v1/identities/{id}/merge')![1]))
})

/** Single things whose answer has an ETag in another way, or none. */
const otherTags: Readonly<Record<string, string>> = {
  'GET /api/v1/streams/{stream}': 'its tag is of how it is to be: test/roles/stream-api.test.ts, SA3',
  'GET /api/v1/users/{id}/grants': 'a list',
  'GET /api/v1/users/{id}/sessions': 'a list',
  'GET /api/v1/users/{id}/tokens': 'a list',
  'GET /api/v1/identities/{id}/tracks': 'a list',
  'GET /api/v1/shared/{link}/tracks': 'a list',
  'GET /api/v1/shared/{link}/frames': 'a list'
}

test('D7 each single thing is told with an ETag, and not again to who has it', async t => {
  const all = await operations(await RestHouse.open(t))
  const single = all.filter(
    ([name, { responses }]) =>
      /^GET \/api\/v1\/.*\{/.test(name) &&
      responses[200]?.content?.['application/json'] &&
      !Object.hasOwn(otherTags, name)
  )
  ok(single.length >= 10, `${single.length}`)
  deepStrictEqual(
    single.filter(([, { responses }]) => !responses[304] || !responses[200]?.headers?.ETag).map(([name]) => name),
    []
  )
})

test('D8 lists come by pages, and those that are data as CSV and NDJSON, too', async t => {
  const all = await operations(await RestHouse.open(t))
  const named = (operation: Operation) => (operation.parameters ?? []).map(({ name }) => name)
  const pages = all.filter(([, operation]) => named(operation).includes('cursor'))
  ok(pages.length >= 14, `${pages.length}`)
  for (const [name, operation] of pages)
    ok(named(operation).includes('limit') && operation.responses[200]?.headers?.Link, name)
  const data = all.filter(([, { responses }]) => responses[200]?.content?.['application/x-ndjson'])
  for (const [name, { responses }] of data) ok(responses[200]?.content?.['text/csv'], name)
  deepStrictEqual(data.map(([name]) => name).sort(), [
    'GET /api/v1/audit',
    'GET /api/v1/events',
    'GET /api/v1/recordings',
    'GET /api/v1/tracks',
    'GET /api/v1/trajectories',
    'POST /api/v1/measures/query'
  ])
})

test('D5 who has the document already is not sent it again', async t => {
  const house = await RestHouse.open(t)
  const etag = (await fetch(`${house.url}/openapi.json`)).headers.get('etag')!
  strictEqual((await fetch(`${house.url}/openapi.json`, { headers: { 'if-none-match': etag } })).status, 304)
})
