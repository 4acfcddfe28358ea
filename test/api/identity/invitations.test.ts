import { deepStrictEqual, equal, match, notEqual, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import { AccessHouse, password } from './access-house.ts'

const chosen = 'vier Wörter unter Wasser'
const dayMs = 86_400_000
const form = (token: string, change = {}) => ({ token, password: chosen, again: chosen, ...change })

/** Grace, who has no password yet, in a house in which ada is the admin. */
async function openHouse(t: Parameters<typeof AccessHouse.open>[0], change: { readonly password?: string } = {}) {
  const house = await AccessHouse.open(t)
  const { accounts } = house.identity
  await accounts.add('test', { name: 'ada', role: 'admin', password })
  const id = await accounts.add('test', { name: 'grace', role: 'viewer', ...change })
  const invite = async (expiresMs?: number) => (await accounts.invitations.offer('user:ada', id, expiresMs)).secret
  const accept = (token: string, other = {}) => house.ask('/invited', { form: form(token, other) })
  const signIn = (given: string) => house.ask('/sign-in', { form: { name: 'grace', password: given } })
  return { house, accounts, id, invite, accept, signIn }
}

test('IV1 whoever has the link sees whose it is, chooses a password and is signed in; then the name and it are enough', async t => {
  const { house, invite, accept, signIn } = await openHouse(t)
  const token = await invite()
  const page = await house.ask(`/invited?token=${token}`)
  equal(page.status, 200)
  match(page.body, /value="grace"/)
  ok(!/<script/.test(page.body))
  const done = await accept(token)
  deepStrictEqual([done.status, done.headers.location], [303, '/'])
  equal(await house.actor(done.cookie), 'user:grace')
  equal((await signIn(chosen)).status, 303)
  const { items } = await house.stores.audit.page({ subject: 'user/grace' })
  const told = items.map(({ actor, action }) => `${actor} ${action}`).reverse()
  deepStrictEqual(told.slice(1, 4), ['user:ada user-invited', 'user:grace invitation-used', 'user:grace signed-in'])
})

test('IV2 it works once, and a newer one replaces it', async t => {
  const { house, invite, accept } = await openHouse(t)
  const [old, token] = [await invite(), await invite()]
  equal((await accept(old)).status, 403)
  equal((await accept(token)).status, 303)
  const again = await house.ask(`/invited?token=${token}`)
  equal(again.status, 403)
  match(again.body, /was used, has ended/)
  equal((await accept(token)).status, 403)
})

test('IV3 of two who use it at once, one chooses the password', async t => {
  const { invite, accept } = await openHouse(t)
  const token = await invite()
  const other = 'ganz andere Worte hier'
  const both = await Promise.all([accept(token), accept(token, { password: other, again: other })])
  deepStrictEqual(both.map(({ status }) => status).sort(), [303, 403])
})

test('IV4 it ends: after a week unless another time was said, which is a month away at most', async t => {
  const { house, invite } = await openHouse(t)
  const token = await invite()
  house.clock.aheadMs = 7 * dayMs - 60_000
  equal((await house.ask(`/invited?token=${token}`)).status, 200)
  house.clock.aheadMs = 7 * dayMs + 60_000
  equal((await house.ask(`/invited?token=${token}`)).status, 403)
  house.clock.aheadMs = 0
  await rejects(invite(Date.now() - 1), { code: 'SL_REQUEST_INVALID' })
  await rejects(invite(Date.now() + 31 * dayMs), { code: 'SL_REQUEST_INVALID' })
})

test('IV5 for who has forgotten theirs, the password before holds until another was chosen, and then all browsers are signed out', async t => {
  const { house, invite, accept, signIn } = await openHouse(t, { password })
  const token = await invite()
  const { cookie } = await signIn(password)
  equal(await house.actor(cookie), 'user:grace')
  equal((await accept(token)).status, 303)
  notEqual(await house.actor(cookie), 'user:grace')
  equal((await signIn(password)).status, 401)
})

for (const [rule, change] of [
  ['two passwords that differ', { again: 'ein anderes als das' }],
  ['a short password', { password: 'kurz', again: 'kurz' }],
  ['a password that is the name', { password: 'gracegrace', again: 'gracegrace' }]
] as const)
  test(`IV6 ${rule} can be corrected, and the link still works`, async t => {
    const { invite, accept } = await openHouse(t)
    const token = await invite()
    const { status, body } = await accept(token, change)
    equal(status, 400)
    match(body, /name="token"/)
    equal((await accept(token)).status, 303)
  })

test('IV7 another password, being disabled or removed ends it', async t => {
  const { accounts, id, invite, accept } = await openHouse(t, { password })
  const byAdmin = await invite()
  await accounts.change('user:ada', id, { password: 'noch ein gutes Wort' })
  equal((await accept(byAdmin)).status, 403)
  const byThemselves = await invite()
  await accounts.changeOwnPassword(id, 'noch ein gutes Wort', password, undefined)
  equal((await accept(byThemselves)).status, 403)
  const disabled = await invite()
  await accounts.change('user:ada', id, { isDisabled: true })
  equal((await accept(disabled)).status, 403)
  await rejects(invite(), { code: 'SL_REQUEST_INVALID' })
  await accounts.change('user:ada', id, { isDisabled: false })
  equal((await accept(disabled)).status, 403)
  const removed = await invite()
  await accounts.remove('user:ada', id)
  equal((await accept(removed)).status, 403)
})

test('IV10 one that was taken back opens nothing, and what has ended is not listed', async t => {
  const { house, accounts, id, invite, accept } = await openHouse(t)
  const token = await invite()
  await accounts.invitations.takeBack('user:ada', id)
  equal((await accept(token)).status, 403)
  await invite()
  equal((await accounts.invitations.list()).length, 1)
  house.clock.aheadMs = 8 * dayMs
  deepStrictEqual(await accounts.invitations.list(), [])
  await rejects(accounts.invitations.takeBack('user:ada', id), { code: 'SL_RESOURCE_UNKNOWN' })
})

test('IV8 the store has the secret’s digest alone, and forgets what has ended', async t => {
  const { house, accounts, invite } = await openHouse(t)
  const token = await invite()
  const rows = async () => {
    const found = await house.database.sql.selectFrom('settings').selectAll().execute()
    return found.filter(({ key }) => key.startsWith('access.invitation.'))
  }
  equal((await rows()).length, 1)
  ok(!JSON.stringify(await rows()).includes(token.slice(4)))
  house.clock.aheadMs = 8 * dayMs
  const linus = await accounts.add('test', { name: 'linus', role: 'viewer' })
  await accounts.invitations.offer('user:ada', linus)
  equal((await rows()).length, 1)
})

test('IV9 whoever guesses links waits, also before one that holds', async t => {
  const { house, accept, invite } = await openHouse(t)
  const guessed = (n: number) => `sli_${String(n).padStart(43, 'x')}`
  let status = 403
  for (let n = 0; status === 403 && n < 200; n++) status = (await accept(guessed(n))).status
  equal(status, 429)
  equal((await house.ask(`/invited?token=${await invite()}`)).status, 429)
})

test('IV11 a change that is refused, as nobody could administer afterwards, leaves the link as it was', async t => {
  const { house, accounts } = await openHouse(t)
  const { id } = (await house.stores.users.byName('ada'))!
  const { secret } = await accounts.invitations.offer('user:ada', id)
  await rejects(accounts.change('test', id, { isDisabled: true }), { code: 'SL_LAST_ADMIN_CONFLICT' })
  await rejects(accounts.change('test', id, { role: 'viewer', password: chosen }), { code: 'SL_LAST_ADMIN_CONFLICT' })
  equal((await house.ask(`/invited?token=${secret}`)).status, 200)
})
