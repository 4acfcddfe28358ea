import { deepStrictEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { request as ask } from 'node:http'
import { test } from 'node:test'
import { AccessToken } from '../../src/api/access-token.ts'
import { type RunningServer, startServer } from '../../src/api/server.ts'
import { letIn } from '../support/let-in.ts'

const secret = 'correct-horse-battery-staple'
const full = { part: 'disk', code: 'SL_STORE_FULL', message: '/secret/path is full.', sinceMs: 1 } as const

function start({ guarded = true, host = '127.0.0.1' } = {}): Promise<RunningServer> {
  return startServer({
    callers: letIn(),
    host,
    port: 0,
    health: { problems: () => [full] },
    token: guarded ? new AccessToken(secret) : undefined,
    routes(server) {
      server.get('/', { config: { access } }, async () => 'the page')
      server.post('/change', { config: { access } }, async () => 'changed')
      server.onUpgrade('/live', (_request, socket) => void socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n'), {
        area: 'live',
        need: 'view',
        stream: 'none'
      })
    }
  })
}

interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** `fetch` would set Host, Origin and the like by itself. */
async function answerTo(url: string, { method = 'GET', path = '/', headers = {} }: Asked = {}) {
  const request = ask(new URL(path, url), { method, headers }).end()
  const [response] = (await Promise.race([once(request, 'response'), once(request, 'upgrade')])) as [
    import('node:http').IncomingMessage
  ]
  let body = ''
  if (response.statusCode !== 101) for await (const chunk of response.setEncoding('utf8')) body += chunk
  request.destroy()
  return { status: response.statusCode, headers: response.headers, body }
}

const access = { area: 'live', need: 'view', stream: 'none' } as const
const upgrade = { connection: 'upgrade', upgrade: 'websocket' }
const bearer = { authorization: `Bearer ${secret}` }

test('D1 without the token nothing answers but the state, and that says no more than itself', async () => {
  await using server = await start()
  const asked = ['/', '/nowhere', '/healthz', '/readyz'].map(path => answerTo(server.url, { path }))
  deepStrictEqual(
    (await Promise.all(asked)).map(({ status }) => status),
    [401, 401, 200, 200]
  )
  deepStrictEqual(JSON.parse((await asked[3]!).body), { status: 'degraded' })
  const refused = await asked[0]!
  equal(refused.headers['content-type'], 'application/problem+json; charset=utf-8')
  equal(refused.headers['www-authenticate'], 'Bearer realm="sightline"')
  equal(JSON.parse(refused.body).code, 'SL_TOKEN_REFUSED')
  equal((await answerTo(server.url, { path: '/live', headers: upgrade })).status, 401)
})

test('D2 whoever shows the token is let in, and is told what is wrong', async () => {
  await using server = await start()
  equal((await answerTo(server.url, { headers: bearer })).body, 'the page')
  const { problems } = JSON.parse((await answerTo(server.url, { path: '/readyz', headers: bearer })).body)
  deepStrictEqual(problems, [full])
  equal((await answerTo(server.url, { path: '/live', headers: { ...upgrade, ...bearer } })).status, 101)
})

test('D3 a browser shows the token once, in its address, and gets a cookie that is not the token', async () => {
  await using server = await start()
  const { status, headers } = await answerTo(server.url, { path: `/?token=${secret}` })
  deepStrictEqual([status, headers.location], [303, '/'])
  const [cookie = ''] = headers['set-cookie'] ?? []
  match(cookie, /; HttpOnly; SameSite=Strict$/)
  ok(!cookie.includes(secret))
  const shown = { cookie: `other=1; ${cookie.split(';')[0]}` }
  equal((await answerTo(server.url, { headers: shown })).body, 'the page')
  equal((await answerTo(server.url, { path: '/live', headers: { ...upgrade, ...shown } })).status, 101)
})

test('D4 people without it get a field to type it into', async () => {
  await using server = await start()
  const { status, body } = await answerTo(server.url, { headers: { accept: 'text/html,*/*' } })
  equal(status, 401)
  match(body, /<input name="token" type="password"/)
})

test('D5 an outdated cookie is taken away', async () => {
  await using server = await start()
  const { status, headers } = await answerTo(server.url, { headers: { cookie: 'sightline=outdated' } })
  equal(status, 401)
  match(headers['set-cookie']?.[0] ?? '', /^sightline=; Path=\/; Max-Age=0/)
})

test('D6 who guesses has to wait, and then even the right token is not looked at', async () => {
  await using server = await start()
  const statuses = []
  for (let index = 0; index < 11; index++)
    statuses.push((await answerTo(server.url, { headers: { authorization: `Bearer ${index}` } })).status)
  deepStrictEqual(statuses, [...Array<number>(10).fill(401), 429])
  const { status, headers } = await answerTo(server.url, { headers: bearer })
  equal(status, 429)
  ok(Number(headers['retry-after']) >= 1)
  equal((await answerTo(server.url, { path: '/live', headers: { ...upgrade, ...bearer } })).status, 429)
})

test('D7 where others can reach the server, it does not start without a token', async () => {
  await rejects(start({ guarded: false, host: '0.0.0.0' }), {
    code: 'SL_LISTEN_REFUSED',
    message: /SIGHTLINE_ACCESS_TOKEN/
  })
  await using server = await start({ host: '0.0.0.0' })
  equal((await answerTo(`http://127.0.0.1:${new URL(server.url).port}`)).status, 401)
})

for (const token of ['too-short', 'long enough but with spaces in it', 'long-enough-but-not-in-äscii'])
  test(`D8 ${token} is no access token`, () => {
    let code: unknown
    try {
      new AccessToken(token)
    } catch (error) {
      code = (error as { code: unknown }).code
    }
    equal(code, 'SL_TOKEN_INVALID')
  })

const hosts = [
  { host: 'localhost', status: 200 },
  { host: 'LOCALHOST:8080', status: 200 },
  { host: '127.0.0.1:9000', status: 200 },
  { host: '[::1]:8080', status: 200 },
  { host: 'attacker.example', status: 403 },
  { host: 'localhost.attacker.example:8080', status: 403 },
  { host: 'attacker.example@localhost', status: 403 },
  { host: 'localhost/attacker', status: 403 }
]
for (const { host, status } of hosts)
  test(`D9 without a token, a request to the host "${host}" is answered ${status}`, async () => {
    await using server = await start({ guarded: false })
    equal((await answerTo(server.url, { headers: { host } })).status, status)
    const upgraded = await answerTo(server.url, { path: '/live', headers: { host, ...upgrade } })
    equal(upgraded.status, status === 200 ? 101 : status)
  })

const pages: readonly { rule: string; headers: Readonly<Record<string, string>>; may: boolean }[] = [
  { rule: 'a program, which sends none', headers: {}, may: true },
  {
    rule: 'a page of the same origin',
    headers: { host: 'localhost:8080', origin: 'http://localhost:8080' },
    may: true
  },
  { rule: 'a page of another port', headers: { host: 'localhost:8080', origin: 'http://localhost:3000' }, may: false },
  { rule: 'a page of another site', headers: { host: 'localhost', origin: 'https://attacker.example' }, may: false },
  { rule: 'a page without an origin', headers: { host: 'localhost', origin: 'null' }, may: false }
]
for (const { rule, headers, may } of pages)
  for (const guarded of [false, true])
    test(`D10 ${rule} ${may ? 'may' : 'may not'} change things or open a WebSocket, token or not (${guarded})`, async () => {
      await using server = await start({ guarded })
      const asked = guarded ? { ...headers, ...bearer } : headers
      const posted = await answerTo(server.url, { method: 'POST', path: '/change', headers: asked })
      const opened = await answerTo(server.url, { path: '/live', headers: { ...asked, ...upgrade } })
      deepStrictEqual([posted.status, opened.status], may ? [200, 101] : [403, 403])
    })

test('D11 another site may lead people here, and show nothing of what is here', async () => {
  await using server = await start({ guarded: false })
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  const picture = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }
  const frame = { ...link, 'sec-fetch-dest': 'iframe' }
  const answers = [link, picture, frame].map(headers => answerTo(server.url, { headers }))
  deepStrictEqual(
    (await Promise.all(answers)).map(({ status }) => status),
    [200, 403, 403]
  )
})

test('D12 the token in a link of another site still ends in a page that sends the cookie', async () => {
  await using server = await start()
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
  const { status, headers, body } = await answerTo(server.url, { path: `/?token=${secret}`, headers: link })
  equal(status, 200)
  notEqual(headers['set-cookie'], undefined)
  match(body, /http-equiv="refresh" content="0;url=\/"/)
})
