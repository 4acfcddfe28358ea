import { equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { AccessHouse } from '../identity/access-house.ts'
import { openRealProvider } from './real-provider.ts'

const account = { sub: 'a-1', preferred_username: 'ada', email: 'ada@example.org', email_verified: true }

test('OP1 somebody signs in with a real provider, and a code that was used is worth nothing', async t => {
  let url = ''
  const provider = await openRealProvider(t, () => `${url}/auth/oidc/callback`, account)
  const { issuer, secret } = provider
  // Addresses of people come from where it tells more of them, and not from the ID token.
  const settings = { issuer, clientId: 'sightline', create: true, allowedDomains: ['example.org'] }
  const house = await AccessHouse.open(t, { oidc: { settings, secret } })
  url = house.url
  await house.add('root', 'admin')

  const begun = await house.ask('/auth/oidc/start?next=/live')
  const returned = await provider.signIn(begun.headers.location ?? '')
  ok(returned.startsWith(`${house.url}/auth/oidc/callback?`), returned)
  const { pathname, search } = new URL(returned)
  const back = () => house.ask(pathname + search, { headers: { cookie: begun.cookie } })
  const answer = await back()
  equal(answer.status, 200, answer.body)
  equal(await house.actor(answer.cookie), 'user:ada')
  match((await house.stores.users.byName('ada'))?.id ?? '', /^oidc-/)

  equal((await back()).status, 401)
  const other = await house.ask('/auth/oidc/start')
  const code = new URL(returned).searchParams.get('code')
  const state = new URL(other.headers.location ?? '').searchParams.get('state')
  const query = new URLSearchParams({ code: code ?? '', state: state ?? '', iss: issuer })
  const used = await house.ask(`/auth/oidc/callback?${query}`, { headers: { cookie: other.cookie } })
  equal(used.status, 401)
  ok(!used.body.includes(code ?? 'x') && !used.body.includes(secret))
})

test('OP2 signing out ends the session here, and leads to the end of it there', async t => {
  let url = ''
  const { issuer, secret } = await openRealProvider(t, () => `${url}/auth/oidc/callback`, account)
  const house = await AccessHouse.open(t, { oidc: { settings: { issuer, clientId: 'sightline' }, secret } })
  url = house.url
  await house.add('root', 'admin')
  const cookie = await house.signIn('root')
  const { body } = await house.ask('/auth/oidc/sign-out', { method: 'POST', headers: { cookie } })
  match(body, new RegExp(`url=${issuer}/session/end\\?`))
  equal(await house.actor(cookie), 401)
})
