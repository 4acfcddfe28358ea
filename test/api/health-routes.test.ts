import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import fastify from 'fastify'
import { healthRoutes } from '../../src/api/health-routes.ts'
import type { Problem } from '../../src/core/health.ts'

const problem = (part: string): Problem => ({ part, code: 'SL_STORE_FULL', message: 'It is full.', sinceMs: 7 })

const cases = [
  { rule: 'H1 without problems it is ready', problems: [], expected: [200, 'ready'] },
  { rule: 'H2 what cannot accept is not ready', problems: [problem('store')], expected: [503, 'not-ready'] },
  { rule: 'H3 so is what still starts', problems: [problem('starting')], expected: [503, 'not-ready'] },
  { rule: 'H4 full blobs leave the rest at work', problems: [problem('blobs')], expected: [200, 'degraded'] }
] as const

for (const { rule, problems, expected } of cases) {
  test(rule, async () => {
    const server = fastify()
    healthRoutes(server, { problems: () => problems })
    const answer = await server.inject('/readyz')
    deepStrictEqual([answer.statusCode, answer.json().status], expected)
    deepStrictEqual(answer.json().problems, problems)
  })
}

test('H5 the process lives, whatever problems it has', async () => {
  const server = fastify()
  healthRoutes(server, { problems: () => [problem('store')] })
  const answer = await server.inject('/healthz')
  deepStrictEqual([answer.statusCode, answer.json()], [200, { status: 'alive' }])
})

test('H6 strangers of elsewhere are told the state alone', async () => {
  const server = fastify()
  healthRoutes(server, { problems: () => [problem('blobs')] })
  for (const headers of [{ host: 'cameras.example' }, { 'x-forwarded-for': '127.0.0.1' }])
    deepStrictEqual((await server.inject({ url: '/readyz', headers })).json(), { status: 'degraded' })
})
