import { deepStrictEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { ownPath } from '../../../src/api/identity/form.ts'
import { AccessHouse, codeOf, password } from './access-house.ts'

const dayMs = 86_400_000
const html = { accept: 'text/html' }

test('SI1 a name and its password begin a session in cookies that no script can read', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const { status, headers } = await house.ask('/api/v1/session', { body: { name: ' Ada ', password } })
  equal(status, 204)
  const cookies = headers['set-cookie'] ?? []
  equal(cookies.length, 2)
  for (const cookie of cookies)
    match(cookie, /^sightline(-refresh)?=[\w.-]+; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Strict$/)
  equal(await house.actor(await house.signIn('ada')), 'user:ada')
})

test('SI2 people get a page for it, and then what they had asked for', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const asked = await house.ask('/yard/look?boxes=1', { headers: html })
  equal(asked.status, 401)
  match(asked.body, /name="next" value="\/yard\/look\?boxes=1"/)
  const wrong = await house.ask('/sign-in', { form: { name: 'ada', password: 'falsch', next: '/' } })
  equal(wrong.status, 401)
  match(wrong.body, /Nobody of this name has this password/)
  const right = await house.ask('/sign-in', { form: { name: 'ada', password, next: '/yard/look?boxes=1' } })
  deepStrictEqual([right.status, right.headers.location], [303, '/yard/look?boxes=1'])
})

for (const next of [
  'https://attacker.example',
  '//attacker.example',
  '/\\attacker.example',
  'javascript:1',
  '/a\r\nb: c',
  ''
])
  test(`SI3 nobody is led to ${JSON.stringify(next)}`, () => equal(ownPath(next), '/'))

test('SI4 where a link of another site leads here, our own page leads on, with the cookies', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', ...html }
  match((await house.ask('/yard/look', { headers: link })).body, /http-equiv="refresh" content="0;url=\/yard\/look"/)
})

test('SI5 an unknown name, a wrong password and a disabled user are answered the same', async t => {
  const house = await AccessHouse.open(t)
  await house.add('root', 'admin')
  const id = await house.add('ada', 'viewer')
  await house.identity.accounts.change('test', id, { isDisabled: true })
  const tried = [
    { name: 'ada', password },
    { name: 'root', password: 'falsch' },
    { name: 'nobody', password }
  ]
  const answers = await Promise.all(tried.map(body => house.ask('/api/v1/session', { body })))
  equal(new Set(answers.map(({ status, body }) => `${status} ${body}`)).size, 1)
  equal(codeOf(answers[0]!), 'SL_SIGN_IN_REFUSED')
})

test('SI6 who guesses has to wait, and then even the right password is not looked at', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const attempt = (given: string) => house.ask('/api/v1/session', { body: { name: 'ada', password: given } })
  const statuses: number[] = []
  for (let index = 0; index < 11; index++) statuses.push((await attempt(`${index}`)).status)
  deepStrictEqual(statuses, [...Array<number>(10).fill(401), 429])
  const { status, headers } = await attempt(password)
  equal(status, 429)
  ok(Number(headers['retry-after']) >= 1)
})

test('SI7 many addresses that guess one name wait together, and whoever was right there before does not', async t => {
  const house = await AccessHouse.open(t, { proxies: ['127.0.0.1'] })
  await house.add('ada', 'viewer')
  const attempt = (from: string, given: string) =>
    house.ask('/api/v1/session', { body: { name: 'ada', password: given }, headers: { 'x-forwarded-for': from } })
  equal((await attempt('192.0.2.200', password)).status, 204)
  for (let index = 0; index < 30; index++) await attempt(`192.0.2.${index}`, `${index}`)
  equal((await attempt('192.0.2.100', password)).status, 429)
  equal((await attempt('192.0.2.200', password)).status, 204)
})

test('SI8 what proxies that nobody trusts say of an address buys no further tries', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const statuses: number[] = []
  for (let index = 0; index < 11; index++) {
    const headers = { 'x-forwarded-for': `192.0.2.${index}`, forwarded: `for=192.0.2.${index}` }
    statuses.push((await house.ask('/api/v1/session', { body: { name: 'ada', password: `${index}` }, headers })).status)
  }
  equal(statuses.at(-1), 429)
})

test('SI9 signing out ends the session, here and wherever its cookies were copied to', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const [cookie, other] = [await house.signIn('ada'), await house.signIn('ada')]
  const { status, headers } = await house.ask('/sign-out', { method: 'POST', headers: { cookie } })
  equal(status, 303)
  for (const each of headers['set-cookie'] ?? []) match(each, /=; Path=\/; Max-Age=0/)
  deepStrictEqual([await house.actor(cookie), await house.actor(other)], [401, 'user:ada'])
})

test('SI10 minutes later the session gets something new to show, by itself', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const cookie = await house.signIn('ada')
  house.clock.aheadMs = 6 * 60_000
  const { status, cookie: next } = await house.ask('/', { headers: { cookie } })
  equal(status, 200)
  notEqual(next, cookie)
  equal(await house.actor(next), 'user:ada')
  equal((await house.ask('/', { headers: { cookie: next } })).headers['set-cookie'], undefined)
})

test('SI11 requests that were on their way together are all let in', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const cookie = await house.signIn('ada')
  house.clock.aheadMs = 6 * 60_000
  const answers = await Promise.all(Array.from({ length: 8 }, () => house.ask('/', { headers: { cookie } })))
  deepStrictEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
  equal(answers.filter(({ cookie }) => cookie.includes('sightline-refresh')).length, 1)
})

test('SI12 what was shown long ago is somebody else’s copy: the whole session ends, and the log says so', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const stolen = await house.signIn('ada')
  house.clock.aheadMs = 6 * 60_000
  const { cookie } = await house.ask('/', { headers: { cookie: stolen } })
  house.clock.aheadMs = 12 * 60_000
  equal(await house.actor(stolen), 401)
  equal(await house.actor(cookie), 401)
  ok((await house.stores.audit.page({})).items.some(({ action }) => action === 'session-reused'))
})

test('SI13 a session that nobody used for a week is over', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const cookie = await house.signIn('ada')
  house.clock.aheadMs = 7 * dayMs
  equal(await house.actor(cookie), 401)
})

test('SI14 a WebSocket is let in by the session too, without anything new to show', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const cookie = await house.signIn('ada')
  house.clock.aheadMs = 6 * 60_000
  const upgrade = { connection: 'upgrade', upgrade: 'websocket', cookie }
  equal((await house.ask('/live', { headers: upgrade })).status, 101)
  equal(await house.actor(cookie), 'user:ada')
})

test('SI15 a new password needs the one before, and signs out the other browsers', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'viewer')
  const [cookie, other] = [await house.signIn('ada'), await house.signIn('ada')]
  const change = (given: string, next: string) =>
    house.ask('/api/v1/session/password', { method: 'PUT', headers: { cookie }, body: { password: given, next } })
  equal((await change('falsch', 'grün wie die Wiese')).status, 401)
  equal(codeOf(await change(password, 'kurz')), 'SL_PASSWORD_WEAK')
  equal((await change(password, 'grün wie die Wiese')).status, 204)
  deepStrictEqual([await house.actor(cookie), await house.actor(other)], ['user:ada', 401])
  await house.signIn('ada', 'grün wie die Wiese')
})

test('SI16 who signs in, and who fails to, is in the audit log; of a flood, some of it', async t => {
  const house = await AccessHouse.open(t, { proxies: ['127.0.0.1'] })
  await house.add('ada', 'viewer')
  await house.signIn('ada')
  const fail = (index: number) =>
    house.ask('/api/v1/session', {
      body: { name: `guess-${index}`, password: 'x' },
      headers: { 'x-forwarded-for': `198.51.100.${index}` }
    })
  for (let index = 0; index < 33; index++) await fail(index)
  const { items } = await house.stores.audit.page({ limit: 500 })
  ok(items.some(({ action, actor }) => action === 'signed-in' && actor === 'user:ada'))
  equal(items.filter(({ action }) => action === 'sign-in-failed').length, 30)
})

test('SI17 passwords are kept as argon2id, with no less than OWASP asks for', async t => {
  const house = await AccessHouse.open(t)
  const id = await house.add('ada', 'viewer')
  match((await house.stores.users.byId(id))?.password ?? '', /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('SI18 a hash that was made with less is made anew when its password is given', async t => {
  const house = await AccessHouse.open(t)
  const { hash } = await import('@node-rs/argon2')
  const id = await house.add('ada', 'viewer')
  await house.stores.users.change(id, { password: await hash(password, { memoryCost: 1024, timeCost: 1 }) })
  await house.signIn('ada')
  match((await house.stores.users.byId(id))?.password ?? '', /m=19456/)
})

for (const [rule, headers] of [
  ['a page of another site', { origin: 'https://attacker.example' }],
  ['a form without an origin', { origin: 'null' }],
  ['what a browser says is cross-site', { 'sec-fetch-site': 'cross-site' }]
] as const)
  test(`SI19 ${rule} signs nobody in or out`, async t => {
    const house = await AccessHouse.open(t)
    await house.add('ada', 'viewer')
    const cookie = await house.signIn('ada')
    equal((await house.ask('/sign-in', { form: { name: 'ada', password }, headers })).status, 403)
    equal((await house.ask('/sign-out', { method: 'POST', headers: { ...headers, cookie } })).status, 403)
    equal((await house.ask('/set-up', { form: { token: 'x' }, headers })).status, 403)
    equal(await house.actor(cookie), 'user:ada')
  })

for (const [rule, ends] of [
  ['another password is given to them', { password: 'rot wie der Mohn' }],
  ['they are disabled', { isDisabled: true }]
] as const)
  test(`SI21 a session that begins after ${rule}, by what was right before, is none`, async t => {
    const house = await AccessHouse.open(t)
    await house.add('root', 'admin')
    const id = await house.add('ada', 'viewer')
    const { sessions } = house.stores
    const begin = sessions.begin.bind(sessions)
    sessions.begin = async wish => {
      await house.identity.accounts.change('test', id, ends)
      return begin(wish)
    }
    const answer = await house.ask('/api/v1/session', { body: { name: 'ada', password } })
    deepStrictEqual([codeOf(answer), answer.cookie], ['SL_SIGN_IN_REFUSED', ''])
    deepStrictEqual(await sessions.ofUser(id, Date.now()), [])
  })

test('SI22 a hash that is made anew does not bring back a password that was replaced meanwhile', async t => {
  const house = await AccessHouse.open(t)
  const id = await house.add('ada', 'viewer')
  const { users } = house.stores
  const [weak, strong] = ['$argon2id$v=19$m=8,t=1,p=1$AAAAAAAA$AAAA', '$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAA$AAAA']
  await users.change(id, { password: strong })
  equal(await users.replacePassword(id, weak, weak), false)
  equal((await users.byId(id))?.password, strong)
  equal(await users.replacePassword(id, strong, weak), true)
})

test('SI23 who knew a password does not get around the one that they are given while they change it', async t => {
  const house = await AccessHouse.open(t)
  const id = await house.add('ada', 'viewer')
  const { users } = house.stores
  const { accounts } = house.identity
  const byId = users.byId.bind(users)
  users.byId = async wanted => {
    users.byId = byId
    const user = await byId(wanted)
    await accounts.change('test', id, { password: 'rot wie der Mohn' })
    return user
  }
  await rejects(accounts.changeOwnPassword(id, password, 'blau wie das Meer', undefined), {
    code: 'SL_SIGN_IN_REFUSED'
  })
  const answer = await house.ask('/api/v1/session', { body: { name: 'ada', password: 'rot wie der Mohn' } })
  equal(answer.status, 204)
})

test('SI20 a password is the same, however a keyboard composes its letters', async t => {
  const house = await AccessHouse.open(t)
  await house.identity.accounts.add('test', { name: 'ada', role: 'viewer', password: 'gr\u00fcn wie die Wiese' })
  await house.signIn('ada', 'gru\u0308n wie die Wiese')
})
