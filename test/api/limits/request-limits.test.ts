import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { test } from 'node:test'
import type { RateLimits } from '../../../src/config/rate-limit-settings.ts'
import { AccessHouse, codeOf } from '../identity/access-house.ts'

const proxies = ['127.0.0.1']

async function statuses(
  count: number,
  ask: (index: number) => Promise<{ readonly status: number }>
): Promise<number[]> {
  const all: number[] = []
  for (let index = 0; index < count; index++) all.push((await ask(index)).status)
  return all
}

function open(t: Parameters<typeof AccessHouse.open>[0], limits: Partial<RateLimits>, trusted?: readonly string[]) {
  return AccessHouse.open(t, { limits: { limits }, ...(trusted && { proxies: trusted }) })
}

test('RL10 who asks too much is told so, what holds, and when to come again', async t => {
  const house = await open(t, { reads: 3, usersPerAddress: 1 })
  const asked = await statuses(3, () => house.ask('/healthz'))
  deepStrictEqual(asked, [200, 200, 200])
  const refused = await house.ask('/healthz')
  deepStrictEqual([refused.status, codeOf(refused)], [429, 'SL_RATE_LIMIT'])
  equal(refused.headers['retry-after'], '20')
  equal(refused.headers['ratelimit-policy'], '"reads";q=3;w=60')
  match(String(refused.headers.ratelimit), /^"reads";r=0;t=60$/)
})

test('RL11 one user’s share is theirs, whichever token or browser they ask with, and leaves others theirs', async t => {
  const house = await open(t, { reads: 4, usersPerAddress: 10 })
  const [ada] = [await house.add('ada', 'viewer'), await house.add('ben', 'viewer')]
  const { token } = await house.identity.accounts.issue('test', {
    userId: ada,
    title: 'nightly',
    scopes: ['live:read'],
    expiresMs: null
  })
  const [first, other] = [await house.signIn('ada'), await house.signIn('ben')]
  const asked = await statuses(4, index =>
    house.ask('/', { headers: index % 2 ? { cookie: first } : { authorization: `Bearer ${token}` } })
  )
  deepStrictEqual(asked, [200, 200, 200, 200])
  equal((await house.ask('/', { headers: { authorization: `Bearer ${token}` } })).status, 429)
  equal((await house.ask('/', { headers: { cookie: other } })).status, 200)
})

test('RL12 what changes something is counted apart from what only reads', async t => {
  const house = await open(t, { changes: 1, usersPerAddress: 1 })
  await house.ask('/yard/do', { method: 'POST' })
  equal((await house.ask('/yard/do', { method: 'POST' })).status, 429)
  equal((await house.ask('/healthz')).status, 200)
})

test('RL13 what is there and what is not count the same', async t => {
  const house = await open(t, { reads: 2, usersPerAddress: 1 })
  await house.add('ada', 'viewer')
  deepStrictEqual(await statuses(3, index => house.ask(`/nothing-${index}`)), [401, 401, 429])
})

test('RL14 signing in is counted by address, right or wrong, by page or by program', async t => {
  const house = await open(t, { signIns: 2, usersPerAddress: 9 })
  await house.add('ada', 'viewer')
  await house.signIn('ada')
  await house.ask('/sign-in', { form: { name: 'ada', password: 'falsch' } })
  equal(codeOf(await house.ask('/api/v1/session', { body: { name: 'ada', password: 'falsch' } })), 'SL_RATE_LIMIT')
})

test('RL15 headers that somebody makes up buy nothing', async t => {
  const house = await open(t, { reads: 2, usersPerAddress: 1 })
  const made = (index: number) => ({
    'x-forwarded-for': `192.0.2.${index}`,
    'x-real-ip': `192.0.2.${index}`,
    forwarded: `for=192.0.2.${index}`
  })
  deepStrictEqual(await statuses(3, index => house.ask('/healthz', { headers: made(index) })), [200, 200, 429])
})

test('RL16 behind a trusted proxy each address has its own share, and what a client put before it buys nothing', async t => {
  const house = await open(t, { reads: 1, usersPerAddress: 1 }, proxies)
  const asked = (from: string) => house.ask('/healthz', { headers: { 'x-forwarded-for': from } })
  const answers = [
    await asked('192.0.2.1'),
    await asked('192.0.2.2'),
    await asked('198.51.100.7, 192.0.2.1'),
    await asked('198.51.100.8, 192.0.2.2')
  ]
  deepStrictEqual(
    answers.map(({ status }) => status),
    [200, 200, 429, 429]
  )
})

test('RL17 of IPv6, a whole network has one share', async t => {
  const house = await open(t, { reads: 1, usersPerAddress: 1 }, proxies)
  const asked = (from: string) => house.ask('/healthz', { headers: { 'x-forwarded-for': from } })
  const answers = [await asked('2001:db8:1:2::1'), await asked('2001:db8:1:2:ffff::9'), await asked('2001:db8:1:3::1')]
  deepStrictEqual(
    answers.map(({ status }) => status),
    [200, 429, 200]
  )
})

test('RL18 WebSockets are counted as they are opened, strangers’ too', async t => {
  const house = await open(t, { sockets: 2, usersPerAddress: 1 })
  await house.add('ada', 'viewer')
  const upgrade = { connection: 'upgrade', upgrade: 'websocket' }
  deepStrictEqual(await statuses(3, () => house.ask('/live', { headers: upgrade })), [401, 401, 429])
})

test('RL19 so many WebSockets of one user are open at a time; one that closes makes place', async t => {
  const house = await open(t, { openSockets: 2 })
  await house.add('root', 'admin')
  const cookie = await house.signIn('root')
  const headers = { connection: 'upgrade', upgrade: 'websocket', cookie }
  const stay = async () => {
    const asked = request(new URL('/live', house.url), { headers }).end()
    const [, socket] = (await once(asked, 'upgrade')) as [unknown, Socket]
    return socket
  }
  const [first] = [await stay(), await stay()]
  const refused = await house.ask('/live', { headers })
  deepStrictEqual([refused.status, refused.headers['retry-after']], [429, '5'])
  first.resetAndDestroy()
  await once(first, 'close')
  let status = 0
  for (let attempt = 0; status !== 101 && attempt < 100; attempt++)
    status = (await house.ask('/live', { headers })).status
  equal(status, 101)
})

test('RL20 of 2,000 connections that say nothing, one address keeps as many as it may, and others are answered', async t => {
  const house = await open(t, { connections: 50 })
  const { port } = new URL(house.url)
  const sockets: Socket[] = []
  t.after(() => sockets.forEach(socket => void socket.destroy()))
  let count = 0
  const ended = Promise.withResolvers<void>()
  while (sockets.length < 2000) {
    // No more at once than fit into the queue of those that were not accepted yet.
    const some = Array.from({ length: 200 }, () => connect(Number(port), '127.0.0.1'))
    sockets.push(...some)
    for (const socket of some) {
      socket.on('error', () => undefined).resume()
      socket.on('close', () => {
        if (++count === 1950) ended.resolve()
      })
    }
    await Promise.all(some.map(socket => once(socket, 'connect')))
  }
  const other = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const asked = request(new URL('/healthz', house.url), { localAddress: '127.0.0.2' }, answer => {
        answer.resume().on('end', () => resolve(answer.statusCode))
      })
      asked.on('error', reject).end()
    })
  await ended.promise
  const answered = await other()
  // Counted afterwards: those that are kept are not on their way to be ended, too, as what says nothing is in time.
  deepStrictEqual([count, answered], [1950, 200])
})
