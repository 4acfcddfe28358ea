import { deepStrictEqual, equal } from 'node:assert/strict'
import { once } from 'node:events'
import { request as ask, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { test } from 'node:test'
import { isHere } from '../../src/api/request-origin.ts'
import { type RunningServer, startServer } from '../../src/api/server.ts'
import { TrustedProxies } from '../../src/api/trusted-proxies.ts'
import { letIn } from '../support/let-in.ts'

const access = { area: 'live', need: 'view', stream: 'none' } as const
const open = { access: { open: true } } as const

function start(proxies?: readonly string[]): Promise<RunningServer> {
  return startServer({
    callers: letIn(),
    host: '127.0.0.1',
    port: 0,
    health: { problems: () => [] },
    proxies: new TrustedProxies(proxies),
    routes(server) {
      server.get('/', { config: { access } }, async () => 'the page')
      server.get('/open', { config: open }, async ({ ip, protocol }) => `${protocol} ${ip}`)
      server.get('/here', { config: open }, async ({ raw }) => String(isHere(raw)))
      server.post('/change', { config: { access } }, async () => 'changed')
      server.post('/open', { config: open }, async () => 'changed')
      const live = (_request: unknown, socket: { end(text: string): void }) =>
        void socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n')
      server.onUpgrade('/live', live, access)
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
  const [response] = (await Promise.race([once(request, 'response'), once(request, 'upgrade')])) as [IncomingMessage]
  let body = ''
  if (response.statusCode !== 101) for await (const chunk of response.setEncoding('utf8')) body += chunk
  request.destroy()
  return { status: response.statusCode, headers: response.headers, body }
}

const upgrade = { connection: 'upgrade', upgrade: 'websocket' }
const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

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
  test(`D1 ${rule} ${may ? 'may' : 'may not'} change things, sign in, or open a WebSocket`, async () => {
    await using server = await start()
    const answers = await Promise.all([
      answerTo(server.url, { method: 'POST', path: '/change', headers }),
      answerTo(server.url, { method: 'POST', path: '/open', headers }),
      answerTo(server.url, { path: '/live', headers: { ...headers, ...upgrade } })
    ])
    deepStrictEqual(
      answers.map(({ status }) => status),
      may ? [200, 200, 101] : [403, 403, 403]
    )
  })

test('D2 another site may lead people here, and show nothing of what is here', async () => {
  await using server = await start()
  const picture = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }
  const frame = { ...link, 'sec-fetch-dest': 'iframe' }
  const answers = [link, picture, frame].map(headers => answerTo(server.url, { headers }))
  deepStrictEqual(
    (await Promise.all(answers)).map(({ status }) => status),
    [200, 403, 403]
  )
})

test('D3 no answer may be shown or read by another site, or be taken for another type', async () => {
  await using server = await start()
  for (const path of ['/', '/open', '/nowhere']) {
    const { headers } = await answerTo(server.url, { path })
    deepStrictEqual(
      ['cross-origin-resource-policy', 'x-frame-options', 'x-content-type-options'].map(name => headers[name]),
      ['same-origin', 'SAMEORIGIN', 'nosniff'],
      path
    )
  }
})

const forwarded = { 'x-forwarded-for': '198.51.100.7, 192.0.2.9', 'x-forwarded-proto': 'https' }
const proxies: readonly { rule: string; trusted: readonly string[]; headers: Record<string, string>; seen: string }[] =
  [
    { rule: 'nobody is believed', trusted: [], headers: forwarded, seen: 'http 127.0.0.1' },
    {
      rule: 'the last one it did not make up itself is believed',
      trusted: ['127.0.0.1'],
      headers: forwarded,
      seen: 'https 192.0.2.9'
    },
    {
      rule: 'those behind other proxies of ours are found',
      trusted: ['127.0.0.0/8', '192.0.2.0/24'],
      headers: forwarded,
      seen: 'https 198.51.100.7'
    }
  ]
for (const { rule, trusted, headers, seen } of proxies)
  test(`D4 where ${trusted.join(' and ') || 'no proxy'} is trusted, ${rule}`, async () => {
    await using server = await start(trusted)
    equal((await answerTo(server.url, { path: '/open', headers })).body, seen)
  })

test('D5 behind a trusted proxy that changes the host, a page’s own origin is its own', async () => {
  await using server = await start(['127.0.0.1'])
  const passed = { ...forwarded, 'x-forwarded-host': 'cameras.example', host: 'inner:8080' }
  const asked = (origin: string) =>
    answerTo(server.url, { method: 'POST', path: '/change', headers: { ...passed, origin } })
  deepStrictEqual(
    (await Promise.all([asked('https://cameras.example'), asked('https://attacker.example')])).map(
      ({ status }) => status
    ),
    [200, 403]
  )
})

test('D6 a trusted proxy that says no more than the scheme is believed that', async () => {
  await using server = await start(['127.0.0.1'])
  equal(
    (await answerTo(server.url, { path: '/open', headers: { 'x-forwarded-proto': 'https' } })).body,
    'https 127.0.0.1'
  )
})

test('D7 what a proxy that adds nothing asks for is not of this machine', async () => {
  await using server = await start()
  const { port } = new URL(server.url)
  const asked = async (version: string) => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(`GET /here HTTP/${version}\r\nhost: localhost:${port}\r\nconnection: close\r\n\r\n`)
    const [answer] = await once(socket, 'data')
    socket.destroy()
    return String(answer).split('\r\n\r\n')[1]
  }
  deepStrictEqual([await asked('1.1'), await asked('1.0')], ['true', 'false'])
})
