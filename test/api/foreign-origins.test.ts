import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { AccessHouse, codeOf } from './identity/access-house.ts'

const wall = 'https://wall.example'
const desk = 'https://desk.example'
const corsOrigins = [wall, { origin: desk, credentials: true }] as const
const from = (origin: string, mode = 'cors') => ({ origin, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': mode })

async function house(t: Parameters<typeof AccessHouse.open>[0]) {
  const opened = await AccessHouse.open(t, { corsOrigins })
  const userId = await opened.add('ada', 'admin')
  const wish = { userId, title: 'wall', scopes: ['live:read', 'live:write'], expiresMs: null }
  const { token } = await opened.identity.accounts.issue('test', wish)
  return { opened, cookie: await opened.signIn('ada'), authorization: `Bearer ${token}` }
}

test('FO1 a page that was let in asks with a token, and may read the answer', async t => {
  const { opened, authorization } = await house(t)
  const { status, headers } = await opened.ask('/', { headers: { ...from(wall), authorization } })
  deepStrictEqual([status, headers['access-control-allow-origin'], headers.vary], [200, wall, 'origin'])
  equal(headers['access-control-allow-credentials'], undefined)
  match(String(headers['access-control-expose-headers']), /\betag\b/)
})

test('FO2 cookies count where that was said, and nowhere else', async t => {
  const { opened, cookie } = await house(t)
  const asked = (origin: string) => opened.ask('/yard/do', { method: 'POST', headers: { ...from(origin), cookie } })
  const [allowed, refused] = [await asked(desk), await asked(wall)]
  deepStrictEqual(
    [allowed.status, allowed.headers['access-control-allow-credentials'], refused.status],
    [200, 'true', 401]
  )
})

test('FO3 a browser hears before it asks what its page may send', async t => {
  const { opened } = await house(t)
  const preflight = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'authorization' }
  const { status, headers } = await opened.ask('/yard/do', {
    method: 'OPTIONS',
    headers: { ...from(wall), ...preflight }
  })
  deepStrictEqual([status, headers['access-control-allow-origin']], [204, wall])
  match(String(headers['access-control-allow-methods']), /\bPUT\b/)
  match(String(headers['access-control-allow-headers']), /\bauthorization\b/)
})

for (const origin of [
  'https://attacker.example',
  'https://wall.example.attacker.example',
  'http://wall.example',
  'https://WALL.example',
  'https://wall.example:8443',
  'null'
])
  test(`FO4 a page of ${origin} is let in nowhere`, async t => {
    const { opened, authorization } = await house(t)
    const answers = [
      await opened.ask('/yard/do', { method: 'POST', headers: { ...from(origin), authorization } }),
      await opened.ask('/yard/do', {
        method: 'OPTIONS',
        headers: { ...from(origin), 'access-control-request-method': 'POST' }
      }),
      await opened.ask('/live', {
        headers: { ...from(origin, 'websocket'), authorization, connection: 'upgrade', upgrade: 'websocket' }
      })
    ]
    deepStrictEqual(
      answers.map(({ status, headers }) => [status, headers['access-control-allow-origin']]),
      answers.map(() => [403, undefined])
    )
  })

test('FO5 sockets follow the same list, with and without cookies', async t => {
  const { opened, cookie } = await house(t)
  const asked = async (origin: string) => {
    const headers = { ...from(origin, 'websocket'), cookie, connection: 'upgrade', upgrade: 'websocket' }
    return (await opened.ask('/live', { headers })).status
  }
  deepStrictEqual([await asked(desk), await asked(wall)], [101, 401])
})

test('FO6 whatever is no page has a policy under which a browser runs nothing of it', async t => {
  const { opened } = await house(t)
  for (const path of ['/healthz', '/nothing', '/api/v1/session'])
    match(String((await opened.ask(path)).headers['content-security-policy']), /^default-src 'none'/)
})

test('FO7 browsers are told to stay with HTTPS where it is on its own port', async t => {
  const opened = await AccessHouse.open(t, { proxies: ['127.0.0.1'] })
  const asked = async (host: string, scheme: string) => {
    const headers = { 'x-forwarded-host': host, 'x-forwarded-proto': scheme, 'x-forwarded-for': '192.0.2.1' }
    return (await opened.ask('/healthz', { headers })).headers['strict-transport-security']
  }
  equal(await asked('sightline.example', 'https'), 'max-age=31536000')
  for (const [host, scheme] of [
    ['sightline.example', 'http'],
    ['sightline.example:8443', 'https'],
    ['localhost', 'https'],
    ['192.0.2.7', 'https']
  ] as const)
    equal(await asked(host, scheme), undefined)
})

test('FO8 headers beyond a number are refused, and never left out', async t => {
  const opened = await AccessHouse.open(t)
  const many = Object.fromEntries(Array.from({ length: 2100 }, (_, index) => [`h${index}`, '']))
  const refused = await opened.ask('/healthz', { headers: Object.fromEntries(Object.entries(many).slice(0, 101)) })
  deepStrictEqual([refused.status, codeOf(refused)], [431, 'SL_REQUEST_INVALID'])
  const { port } = new URL(opened.url)
  const socket = connect(Number(port), '127.0.0.1')
  // As short as they can be: more of them than Node counts fit into what it reads.
  socket.write(`GET / HTTP/1.1\r\nhost: localhost\r\n${'a:\r\n'.repeat(2100)}x-forwarded-for: 192.0.2.1\r\n\r\n`)
  const [answer] = await once(socket, 'data')
  socket.destroy()
  match(String(answer), /^HTTP\/1\.1 431 /)
})
