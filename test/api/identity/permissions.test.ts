import { deepStrictEqual, equal, ok, rejects } from 'node:assert/strict'
import { once } from 'node:events'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { AccessHouse, codeOf, password } from './access-house.ts'

/** A socket that does not end is waited for no longer. */
const timeout = 30_000
const upgrade = { connection: 'upgrade', upgrade: 'websocket' }

/** A viewer of the yard, signed in; and an admin. */
async function viewing(t: Parameters<typeof AccessHouse.open>[0]) {
  const house = await AccessHouse.open(t)
  await house.add('root', 'admin')
  const id = await house.add('vera', 'viewer')
  await house.identity.accounts.give('test', { userId: id, scope: 'stream', scopeId: 'yard', role: 'viewer' })
  return { house, id, cookie: await house.signIn('vera'), accounts: house.identity.accounts }
}

test('PE1 another’s stream is as unknown as none, on requests and sockets', async t => {
  const { house, cookie } = await viewing(t)
  const asked = ['/yard/look', '/door/look', '/nowhere/look'].map(path => house.ask(path, { headers: { cookie } }))
  const answers = await Promise.all(asked)
  deepStrictEqual(
    answers.map(({ status }) => status),
    [200, 404, 404]
  )
  equal(answers[1]!.body, answers[2]!.body)
  const sockets = ['/yard/live', '/door/live'].map(path => house.ask(path, { headers: { ...upgrade, cookie } }))
  deepStrictEqual(
    (await Promise.all(sockets)).map(({ status }) => status),
    [101, 404]
  )
})

test('PE2 a grant of everything holds for streams that come later, and ends with it', async t => {
  const { house, cookie, id, accounts } = await viewing(t)
  const all = { userId: id, scope: 'all', scopeId: 'all' } as const
  await accounts.give('test', { ...all, role: 'viewer' })
  equal((await house.ask('/any/look', { headers: { cookie } })).status, 200)
  await accounts.take('test', all)
  equal((await house.ask('/any/look', { headers: { cookie } })).status, 404)
})

test('PE3 a role is a ceiling: a viewer who was granted to operate still looks', async t => {
  const { house, cookie, id, accounts } = await viewing(t)
  await accounts.give('test', { userId: id, scope: 'stream', scopeId: 'yard', role: 'operator' })
  const operate = () => house.ask('/yard/do', { method: 'POST', headers: { cookie } })
  equal((await operate()).status, 403)
  await accounts.change('test', id, { role: 'operator' })
  equal((await operate()).status, 200)
})

const ends = [
  { rule: 'the grant is taken', path: '/yard/live' },
  { rule: 'they are disabled', path: '/live' },
  { rule: 'they are removed', path: '/live' },
  { rule: 'they get a new password', path: '/live' },
  { rule: 'they sign out', path: '/live' }
] as const
for (const { rule, path } of ends)
  test(`PE4 an open socket ends at once when ${rule}`, { timeout }, async t => {
    const { house, cookie, id, accounts } = await viewing(t)
    const socket = await openSocket(house, path, { cookie })
    const closed = once(socket, 'close')
    if (rule === 'the grant is taken') await accounts.take('test', { userId: id, scope: 'stream', scopeId: 'yard' })
    if (rule === 'they are disabled') await accounts.change('test', id, { isDisabled: true })
    if (rule === 'they are removed') await accounts.remove('test', id)
    if (rule === 'they get a new password') await accounts.change('test', id, { password: 'rot wie der Mohn' })
    if (rule === 'they sign out') await house.ask('/sign-out', { method: 'POST', headers: { cookie } })
    await closed
  })

test('PE6 a token does what it was issued for, until it is revoked', async t => {
  const { house, id, accounts } = await viewing(t)
  const issued = await accounts.issue('test', { userId: id, title: 'export', scopes: ['live:read'], expiresMs: null })
  const narrow = await accounts.issue('test', { userId: id, title: 'other', scopes: ['events:read'], expiresMs: null })
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  equal((await house.ask('/', { headers: bearer(issued.token) })).body, 'token:vera/export')
  equal(typeof (await house.stores.tokens.byId(issued.id))?.usedMs, 'number')
  equal((await house.stores.tokens.byId(narrow.id))?.usedMs, null)
  equal((await house.ask('/yard/look', { headers: bearer(issued.token) })).status, 200)
  equal((await house.ask('/door/look', { headers: bearer(issued.token) })).status, 404)
  equal((await house.ask('/yard/look', { headers: bearer(narrow.token) })).status, 403)
  const socket = await openSocket(house, '/live', bearer(issued.token))
  const closed = once(socket, 'close')
  await accounts.revoke('test', issued.id)
  await closed
  equal(codeOf(await house.ask('/', { headers: bearer(issued.token) })), 'SL_TOKEN_REFUSED')
})

test('PE7 a token that expires ends what it opened', { timeout }, async t => {
  const { house, id, accounts } = await viewing(t)
  const expiresMs = Date.now() + 60_000
  const { token } = await accounts.issue('test', { userId: id, title: 'short', scopes: ['live:read'], expiresMs })
  const socket = await openSocket(house, '/live', { authorization: `Bearer ${token}` })
  const closed = once(socket, 'close')
  house.clock.aheadMs = 60_000
  await closed
})

test('PE8 a wrong token is refused whatever cookies come with it, and who guesses them has to wait', async t => {
  const { house, cookie } = await viewing(t)
  const attempt = (authorization: string) => house.ask('/', { headers: { cookie, authorization } })
  const statuses: number[] = []
  for (let index = 0; index < 11; index++) statuses.push((await attempt(`Bearer slt_${index}`)).status)
  deepStrictEqual(statuses, [...Array<number>(10).fill(401), 429])
})

test('PE9 the only admin cannot be demoted, disabled or removed', async t => {
  const { house, accounts } = await viewing(t)
  const { id } = (await house.stores.users.byName('root'))!
  const refused = { code: 'SL_LAST_ADMIN_CONFLICT' }
  await rejects(accounts.change('test', id, { role: 'viewer' }), refused)
  await rejects(accounts.change('test', id, { isDisabled: true }), refused)
  await rejects(accounts.remove('test', id), refused)
  await house.add('second', 'admin')
  await accounts.remove('test', id)
})

test('PE10 every change is in the audit log, and none of the secrets', async t => {
  const { house, id, accounts } = await viewing(t)
  const { id: issued, token } = await accounts.issue('user:root', {
    userId: id,
    title: 'export',
    scopes: [],
    expiresMs: null
  })
  await accounts.revoke('user:root', issued)
  await accounts.change('user:root', id, { password: 'rot wie der Mohn' })
  await accounts.remove('user:root', id)
  const { items } = await house.stores.audit.page({ actor: 'user:root' })
  deepStrictEqual(
    items.map(({ action }) => action),
    ['user-removed', 'user-changed', 'token-revoked', 'token-issued']
  )
  const all = JSON.stringify((await house.stores.audit.page({ limit: 100 })).items)
  for (const secret of [token, password, 'rot wie der Mohn', 'argon2']) ok(!all.includes(secret), secret)
})

/** As it is below its protocol: a client of WebSockets would end what shakes hands as little as the house does. */
async function openSocket(house: AccessHouse, path: string, headers: Record<string, string>): Promise<Socket> {
  const [, socket] = (await once(
    request(house.url + path, { headers: { ...headers, ...upgrade } }).end(),
    'upgrade'
  )) as [unknown, Socket]
  return socket.on('error', () => undefined).resume()
}
