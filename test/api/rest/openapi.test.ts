import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { RestHouse } from './rest-house.ts'

interface Operation {
  readonly operationId: string
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, unknown>> }>
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

test('D5 who has the document already is not sent it again', async t => {
  const house = await RestHouse.open(t)
  const etag = (await fetch(`${house.url}/openapi.json`)).headers.get('etag')!
  strictEqual((await fetch(`${house.url}/openapi.json`, { headers: { 'if-none-match': etag } })).status, 304)
})
