import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Refusals } from '../../src/api/refusals.ts'
import { startServer } from '../../src/api/server.ts'
import { type OfferedSessions, webrtcRoutes } from '../../src/api/webrtc-routes.ts'
import { type ErrorCode, SightlineError } from '../../src/core/errors.ts'
import { letIn } from '../support/let-in.ts'

const sdp = { 'content-type': 'application/sdp' }
const fragment = { 'content-type': 'application/trickle-ice-sdpfrag' }

/** Sessions that remember what they were asked, and refuse with `refusal` where there is one. */
class ScriptedSessions implements OfferedSessions {
  readonly calls: unknown[][] = []
  refusal: ErrorCode | undefined
  #isOpen = false

  async offer(...call: string[]) {
    this.#call('offer', ...call)
    this.#isOpen = true
    return { session: 's1', answer: 'v=0 answer', location: `/whep/${call[0]}/s1`, tag: 't1' }
  }

  patch(...call: string[]): void {
    this.#call('patch', ...call)
  }

  end(session: string): void {
    this.#call('end', session)
    this.#isOpen = false
  }

  find(session: string) {
    return this.#isOpen && session === 's1' ? { stream: 'door', tag: 't1' } : undefined
  }

  #call(...call: unknown[]): void {
    this.calls.push(call)
    if (this.refusal) throw new SightlineError(this.refusal, 'Refused.', { retryable: this.refusal.endsWith('LIMIT') })
  }
}

async function serving() {
  const [whep, whip] = [new ScriptedSessions(), new ScriptedSessions()]
  const refusals = new Refusals()
  const clientServers = [
    { url: 'stun:stun.example.org:3478' },
    { url: 'turn:turn.example.org:3478?transport=udp', username: 'me', credential: 'a"b' }
  ]
  const server = await startServer({
    callers: letIn(),
    host: '127.0.0.1',
    port: 0,
    health: { problems: () => [] },
    routes: scope => webrtcRoutes(scope, { whep, whip, refusals, clientServers })
  })
  const ask = (method: string, path: string, headers: Record<string, string> = {}, body?: string) =>
    fetch(`${server.url}${path}`, { method, headers, ...(body !== undefined && { body }) })
  const counted = () => [...refusals.figure.read()].map(({ labels, value }) => [labels!.door, labels!.code, value])
  return { whep, whip, ask, counted, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

test('WR1 an offer is answered with the session, where it is and what state it is in', async () => {
  await using given = await serving()
  const answer = await given.ask('POST', '/whep/door', sdp, 'v=0 offer')
  deepStrictEqual(
    ['location', 'etag', 'content-type', 'accept-patch'].map(name => answer.headers.get(name)),
    ['/whep/door/s1', '"t1"', 'application/sdp', 'application/trickle-ice-sdpfrag']
  )
  deepStrictEqual([answer.status, await answer.text()], [201, 'v=0 answer'])
  deepStrictEqual(given.whep.calls, [['offer', 'door', 'v=0 offer', 'WHEP from 127.0.0.1']])
})

test('WR2 clients are told of the servers that help them through', async () => {
  await using given = await serving()
  const answer = await given.ask('POST', '/whip/door', sdp, 'v=0')
  strictEqual(
    answer.headers.get('link'),
    '<stun:stun.example.org:3478>; rel="ice-server", <turn:turn.example.org:3478?transport=udp>; rel="ice-server"; ' +
      'username="me"; credential="a\\"b"; credential-type="password"'
  )
  const options = await given.ask('OPTIONS', '/whip/door')
  deepStrictEqual([options.status, options.headers.get('accept-post')], [204, 'application/sdp'])
})

test('WR3 candidates and the end reach the session', async () => {
  await using given = await serving()
  await given.ask('POST', '/whep/door', sdp, 'v=0')
  const patch = await given.ask('PATCH', '/whep/door/s1', { ...fragment, 'if-match': '"t1"' }, 'a=candidate:1')
  const end = await given.ask('DELETE', '/whep/door/s1')
  const again = await given.ask('DELETE', '/whep/door/s1')
  deepStrictEqual([patch.status, end.status, again.status], [204, 200, 404])
  deepStrictEqual(given.whep.calls.slice(1), [
    ['patch', 's1', 'a=candidate:1'],
    ['end', 's1']
  ])
})

test('WR4 a session is found under its own stream alone, and in the state that is named', async () => {
  await using given = await serving()
  await given.ask('POST', '/whep/door', sdp, 'v=0')
  const elsewhere = await given.ask('DELETE', '/whep/window/s1')
  const changed = await given.ask('PATCH', '/whep/door/s1', { ...fragment, 'if-match': '"t2"' }, 'a=candidate:1')
  deepStrictEqual([elsewhere.status, changed.status, given.whep.calls.length], [404, 412, 1])
})

const requests = [
  {
    rule: 'WR5 another type of content is refused',
    headers: { 'content-type': 'application/json' },
    body: '{}',
    status: 415
  },
  { rule: 'WR6 a fragment is no offer', headers: fragment, body: 'v=0', status: 415 },
  { rule: 'WR7 an offer of 1 MB is refused', headers: sdp, body: 'v'.repeat(1 << 20), status: 413 },
  {
    rule: 'WR8 names that no stream can have are refused',
    path: '/whep/Door..',
    headers: sdp,
    body: 'v=0',
    status: 404
  },
  { rule: 'WR9 control characters in a name are refused', path: '/whep/a%00b', headers: sdp, body: 'v=0', status: 404 },
  {
    rule: 'WR10 a name of 300 letters is refused',
    path: `/whep/${'a'.repeat(300)}`,
    headers: sdp,
    body: 'v=0',
    status: 404
  }
]
for (const { rule, path = '/whep/door', headers, body, status } of requests) {
  test(rule, async () => {
    await using given = await serving()
    const answer = await given.ask('POST', path, headers, body)
    strictEqual(answer.status, status)
    strictEqual(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8')
    deepStrictEqual(given.whep.calls, [])
  })
}

const refusals: readonly (readonly [ErrorCode, number])[] = [
  ['SL_STREAM_UNKNOWN', 404],
  ['SL_OFFER_INVALID', 400],
  ['SL_OFFER_UNUSABLE', 422],
  ['SL_PUSH_TAKEN', 409],
  ['SL_SESSION_LIMIT', 503]
]
for (const [code, status] of refusals) {
  test(`WR11 ${code} is answered with ${status}`, async () => {
    await using given = await serving()
    given.whip.refusal = code
    const answer = await given.ask('POST', '/whip/door', sdp, 'v=0')
    deepStrictEqual([answer.status, ((await answer.json()) as { code: string }).code], [status, code])
    strictEqual(answer.headers.has('retry-after'), status === 503)
    deepStrictEqual(given.counted(), [['whip', code, 1]])
  })
}

test('WR13 what is refused before anybody looks at it is counted too, and what went well is not', async () => {
  await using given = await serving()
  await given.ask('POST', '/whep/door', sdp, 'v'.repeat(1 << 20))
  await given.ask('POST', '/whep/door', fragment, 'v=0')
  await given.ask('POST', '/whep/door', sdp, 'v=0')
  given.whep.refusal = 'SL_OFFER_INVALID'
  await given.ask('PATCH', '/whep/door/s1', fragment, 'a=candidate:1')
  await given.ask('DELETE', '/whep/door/s2')
  deepStrictEqual(given.counted(), [
    ['whep', 'SL_REQUEST_INVALID', 2],
    ['whep', 'SL_OFFER_INVALID', 1]
  ])
})

test('WR12 what means nothing there is told what does', async () => {
  await using given = await serving()
  const answers = await Promise.all([given.ask('GET', '/whep/door'), given.ask('PUT', '/whip/door/s1')])
  deepStrictEqual(
    answers.map(({ status, headers }) => [status, headers.get('allow')]),
    [
      [405, 'OPTIONS, POST'],
      [405, 'DELETE, PATCH']
    ]
  )
})
