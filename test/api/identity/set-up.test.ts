import { deepStrictEqual, equal, match, notEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { openSqliteStore } from '../../store/suites/open-store.ts'
import { AccessHouse, codeOf, password } from './access-house.ts'

const html = { accept: 'text/html' }
const elsewhere = { host: 'cameras.example' }
const form = (token: string, change = {}) => ({ token, name: 'Ada', password, again: password, ...change })

test('SU1 whoever has the link chooses a name and a password, and is signed in as the first admin', async t => {
  const house = await AccessHouse.open(t)
  const token = (await house.identity.firstAdmin.offer())!
  const page = await house.ask(`/set-up?token=${token}`, { headers: { ...html, ...elsewhere } })
  equal(page.status, 200)
  match(page.body, /<form action="\/set-up" method="post">/)
  ok(!/<script/.test(page.body))
  const done = await house.ask('/set-up', { form: form(token) })
  deepStrictEqual([done.status, done.headers.location], [303, '/'])
  equal(await house.actor(done.cookie), 'user:ada')
  const [entry] = (await house.stores.audit.page({ subject: 'user/ada' })).items.slice(-1)
  deepStrictEqual([entry?.actor, entry?.action], ['set-up', 'user-added'])
})

test('SU2 the link works once, and a new one ends the one before', async t => {
  const house = await AccessHouse.open(t)
  const old = (await house.identity.firstAdmin.offer())!
  const token = (await house.identity.firstAdmin.offer())!
  equal((await house.ask('/set-up', { form: form(old) })).status, 403)
  equal((await house.ask('/set-up', { form: form(token) })).status, 303)
  equal((await house.ask('/set-up', { form: form(token, { name: 'eve' }) })).status, 403)
  equal((await house.ask(`/set-up?token=${token}`)).status, 403)
  equal(await house.identity.firstAdmin.offer(), undefined)
  deepStrictEqual(
    (await house.stores.users.page()).items.map(({ name }) => name),
    ['ada']
  )
})

test('SU3 of two who use it at once, one becomes the admin', async t => {
  const house = await AccessHouse.open(t)
  const token = (await house.identity.firstAdmin.offer())!
  const answers = ['ada', 'eve'].map(name => house.ask('/set-up', { form: form(token, { name }) }))
  deepStrictEqual((await Promise.all(answers)).map(({ status }) => status).sort(), [303, 403])
  equal((await house.stores.users.page()).items.length, 1)
})

for (const [rule, change, status] of [
  ['two passwords that differ', { again: 'blau wie das Meer' }, 400],
  ['a short password', { password: 'kurz', again: 'kurz' }, 400],
  ['a common password', { password: 'password1234', again: 'password1234' }, 400],
  ['a name that is none', { name: 'Ada Lovelace <ada>' }, 400]
] as const)
  test(`SU4 ${rule} can be corrected, and the link still works`, async t => {
    const house = await AccessHouse.open(t)
    const token = (await house.identity.firstAdmin.offer())!
    const { status: answered, body } = await house.ask('/set-up', { form: form(token, change) })
    equal(answered, status)
    match(body, /name="token"/)
    ok(!body.includes('<ada>'))
    equal((await house.ask('/set-up', { form: form(token) })).status, 303)
  })

test('SU5 the store has the token’s digest alone', async t => {
  const house = await AccessHouse.open(t)
  const token = (await house.identity.firstAdmin.offer())!
  const rows = await house.database.sql.selectFrom('settings').selectAll().execute()
  ok(rows.length > 0 && !JSON.stringify(rows).includes(token.slice(4)))
})

test('SU6 before it, other machines get nothing but the page that says so, and this one the demo to look at', async t => {
  const house = await AccessHouse.open(t)
  for (const headers of [elsewhere, { 'x-forwarded-for': '127.0.0.1' }]) {
    equal((await house.ask('/', { headers })).status, 401)
    match((await house.ask('/', { headers: { ...headers, ...html } })).body, /Nobody has set this server up yet/)
    equal((await house.ask('/demo/look', { headers })).status, 401)
  }
  const here = ['/demo/look', '/yard/look'].map(path => house.ask(path))
  deepStrictEqual(
    (await Promise.all(here)).map(({ status }) => status),
    [200, 404]
  )
  equal((await house.ask('/demo/do', { method: 'POST' })).status, 403)
})

test('SU7 who guesses links has to wait', async t => {
  const house = await AccessHouse.open(t)
  const statuses: number[] = []
  for (let index = 0; index < 11; index++) statuses.push((await house.ask(`/set-up?token=${index}`)).status)
  deepStrictEqual(statuses, [...Array<number>(10).fill(403), 429])
})

test('SU8 what was looked at before it ends with it', async t => {
  const house = await AccessHouse.open(t, {
    routes(server) {
      server.get('/pictures', { config: { access: { area: 'live', need: 'view', stream: 'none' } } }, (_, reply) => {
        reply.hijack()
        reply.raw.writeHead(200).write('a picture')
      })
    }
  })
  const { body } = await fetch(`${house.url}/pictures`)
  const ended = body!.pipeTo(new WritableStream()).then(
    () => 'ended',
    () => 'cut'
  )
  await house.ask('/set-up', { form: form((await house.identity.firstAdmin.offer())!) })
  notEqual(await ended, undefined)
})

test('SU9 gateways of one store have one link, and one admin', async t => {
  const database = await openSqliteStore(t)
  const [one, other] = [await AccessHouse.open(t, { database }), await AccessHouse.open(t, { database })]
  const token = (await one.identity.firstAdmin.offer())!
  const { cookie } = await other.ask('/set-up', { form: form(token) })
  equal(await other.actor(cookie), 'user:ada')
  equal(await one.actor(cookie), 'user:ada')
  equal(codeOf(await one.ask('/api/v1/session', { body: { name: 'eve', password } })), 'SL_SIGN_IN_REFUSED')
})
