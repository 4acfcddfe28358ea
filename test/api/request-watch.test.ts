import { deepStrictEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { RequestCounts } from '../../src/api/request-counts.ts'
import { startServer } from '../../src/api/server.ts'
import { TrustedProxies } from '../../src/api/trusted-proxies.ts'
import { createLog } from '../../src/core/log.ts'
import type { Span } from '../../src/core/span.ts'
import { until } from '../faults/support/until.ts'
import { letIn } from '../support/let-in.ts'

const secret = 'C4naryHunter2'

/** A server that logs, with a route for whatever goes wrong. */
async function watched(t: TestContext, { proxies = [] as string[], level = 'info', share = 0 } = {}) {
  const spans: Span[] = []
  const lines: Record<string, unknown>[] = []
  const log = createLog(level, { write: line => void lines.push(JSON.parse(line)) })
  const server = await startServer({
    callers: letIn(),
    proxies: new TrustedProxies(proxies),
    host: '127.0.0.1',
    port: 0,
    health: { problems: () => [] },
    watch: { log, counts: new RequestCounts(), traces: { sink: { take: span => spans.push(span) }, share } },
    routes: routes => {
      routes.post(
        '/break/:stream',
        { config: { access: { area: 'system', need: 'view', stream: 'none' } } },
        async () => {
          log.info('inside')
          throw new Error(`POST https://x?token=${secret} failed`, { cause: { headers: { cookie: secret } } })
        }
      )
    }
  })
  t.after(() => server[Symbol.asyncDispose]())
  return { url: server.url, lines, spans }
}

test('RW1 a failure is logged with its cause, by route, and without what was sent', async t => {
  const { url, lines } = await watched(t)
  const answer = await fetch(`${url}/break/yard?token=${secret}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ password: secret })
  })
  await until('two lines', () => lines.length === 2)
  const [inside, failed] = lines as [Record<string, unknown>, Record<string, unknown>]
  equal(inside.requestId, answer.headers.get('x-request-id'))
  deepStrictEqual(
    [failed.level, failed.method, failed.route, failed.stream, failed.status, failed.requestId],
    [50, 'POST', '/break/:stream', 'yard', 500, inside.requestId]
  )
  match(JSON.stringify(failed.err), /request-watch\.test/)
  ok(!JSON.stringify(lines).includes(secret), JSON.stringify(lines))
})

test('RW2 of what machines ask all the time, one in a hundred is logged', async t => {
  const { url, lines } = await watched(t)
  for (let n = 0; n < 101; n++) await (await fetch(`${url}/healthz`)).text()
  await (await fetch(`${url}/nowhere`)).text()
  await until('the last line', () => lines.some(({ route }) => route === 'none'))
  equal(lines.filter(({ route }) => route === '/healthz').length, 2)
})

test('RW3 a request is called what a trusted proxy calls it, and by nobody else’s word', async t => {
  const headers = { 'x-request-id': 'from-outside-1' }
  const stranger = await watched(t)
  notEqual((await fetch(`${stranger.url}/healthz`, { headers })).headers.get('x-request-id'), 'from-outside-1')
  const proxied = await watched(t, { proxies: ['127.0.0.1'] })
  equal((await fetch(`${proxied.url}/healthz`, { headers })).headers.get('x-request-id'), 'from-outside-1')
  const long = await fetch(`${proxied.url}/healthz`, { headers: { 'x-request-id': 'x'.repeat(65) } })
  notEqual(long.headers.get('x-request-id'), 'x'.repeat(65))
})

const parent = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' }
for (const { rule, proxies, share, flags, traceIds } of [
  {
    rule: 'RW4 a step that a trusted proxy follows is part of its trace, however seldom requests are followed',
    ...{ proxies: ['127.0.0.1'], share: 1e-9, flags: '01', traceIds: [parent.traceId] }
  },
  {
    rule: 'RW5 one that it does not follow is not followed here',
    ...{ proxies: ['127.0.0.1'], share: 1, flags: '00', traceIds: [] }
  },
  {
    rule: 'RW6 where nothing is to be followed nobody has it otherwise',
    ...{ proxies: ['127.0.0.1'], share: 0, flags: '01', traceIds: [] }
  }
])
  test(rule, async t => {
    const { url, spans } = await watched(t, { proxies, share })
    const traceparent = `00-${parent.traceId}-${parent.spanId}-${flags}`
    await fetch(`${url}/healthz`, { headers: { traceparent } })
    await until('the request is told', () => spans.length >= traceIds.length)
    deepStrictEqual(
      spans.map(({ traceId, parentId }) => [traceId, parentId]),
      traceIds.map(traceId => [traceId, parent.spanId])
    )
  })

test('RW7 a stranger’s trace is not ours', async t => {
  const { url, spans } = await watched(t, { share: 1 })
  await fetch(`${url}/healthz`, { headers: { traceparent: `00-${parent.traceId}-${parent.spanId}-01` } })
  await until('the request is told', () => spans.length > 0)
  const [{ traceId, parentId } = { traceId: parent.traceId }] = spans
  notEqual(traceId, parent.traceId)
  equal(parentId, undefined)
})
