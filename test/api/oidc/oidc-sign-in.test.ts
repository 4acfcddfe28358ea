import { deepStrictEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import type { OidcSettings } from '../../../src/config/access-settings.ts'
import type { CountSettings } from '../../../src/config/count-settings.ts'
import { AccessHouse, type Answer } from '../identity/access-house.ts'
import { ScriptedProvider } from './scripted-provider.ts'

/** What a provider could say that leaves nothing to refuse. */
const usual = { create: true }
const cross = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }

class Visit {
  readonly house: AccessHouse
  readonly provider: ScriptedProvider
  state = ''
  pending = ''

  constructor(house: AccessHouse, provider: ScriptedProvider) {
    this.house = house
    this.provider = provider
  }

  static async open(t: TestContext, settings: Partial<OidcSettings> = usual, counts?: CountSettings): Promise<Visit> {
    const provider = await ScriptedProvider.open(t)
    const oidc = {
      settings: { issuer: provider.issuer, clientId: 'sightline', ...settings },
      secret: 'canary-of-the-client'
    }
    const house = await AccessHouse.open(t, { oidc, counts })
    await house.add('root', 'admin')
    return new Visit(house, provider)
  }

  async begin(next = '/'): Promise<URLSearchParams> {
    const { status, headers, cookie } = await this.house.ask(`/auth/oidc/start?next=${encodeURIComponent(next)}`)
    equal(status, 302)
    const { searchParams } = new URL(headers.location ?? '')
    this.state = searchParams.get('state') ?? ''
    this.provider.nonce = searchParams.get('nonce') ?? ''
    this.pending = cookie
    return searchParams
  }

  back({ state = this.state, pending = this.pending, more = '' } = {}): Promise<Answer> {
    return this.house.ask(`/auth/oidc/callback?code=canary-code&state=${state}${more}`, {
      headers: { ...cross, cookie: pending }
    })
  }

  /** The whole way, and what comes of it: who they are, or what they are told. */
  async as(claims: Record<string, unknown>): Promise<string | number> {
    this.provider.claims = claims
    await this.begin()
    const answer = await this.back()
    if (answer.status === 200) return this.house.actor(answer.cookie)
    return /role="alert">([^<]*)</.exec(answer.body)?.[1] ?? answer.status
  }
}

test('OI1 whoever the provider knows becomes a user, and goes on to what they had asked for', async t => {
  const visit = await Visit.open(t)
  const asked = await visit.begin('/yard/look?boxes=1')
  deepStrictEqual(
    ['response_type', 'client_id', 'code_challenge_method', 'scope'].map(name => asked.get(name)),
    ['code', 'sightline', 'S256', 'openid profile email']
  )
  equal(asked.get('redirect_uri'), `${visit.house.url}/auth/oidc/callback`)
  visit.provider.claims = { sub: 'a-1', preferred_username: 'Ada' }
  const answer = await visit.back()
  match(answer.body, /url=\/yard\/look\?boxes=1"/)
  equal(await visit.house.actor(answer.cookie), 'user:ada')
  const [token] = visit.provider.asked
  equal(
    createHash('sha256')
      .update(token?.get('code_verifier') ?? '')
      .digest('base64url'),
    asked.get('code_challenge')
  )
})

test('OI2 the same person is the same user, whatever they are called by then', async t => {
  const visit = await Visit.open(t)
  equal(await visit.as({ sub: 'a-1', preferred_username: 'ada' }), 'user:ada')
  equal(await visit.as({ sub: 'a-1', preferred_username: 'ada.byron' }), 'user:ada')
})

test('OI3 whoever is called as somebody here is not them', async t => {
  const visit = await Visit.open(t)
  match(String(await visit.as({ sub: 'a-1', preferred_username: 'root' })), /A user root is there already/)
})

test('OI4 the settings say who is who', async t => {
  const visit = await Visit.open(t, { links: { root: 'r-7' } })
  equal(await visit.as({ sub: 'r-7', preferred_username: 'whoever' }), 'user:root')
  match(String(await visit.as({ sub: 'r-8', preferred_username: 'root' })), /no user here yet/)
})

test('OI5 without `create`, who was never here is not let in', async t => {
  const visit = await Visit.open(t, {})
  match(String(await visit.as({ sub: 'a-1', preferred_username: 'ada' })), /no user here yet/)
  equal((await visit.house.stores.users.page()).items.length, 1)
})

test('OI6 of certain domains and groups, others are not let in', async t => {
  const visit = await Visit.open(t, { ...usual, allowedDomains: ['example.org'], allowedGroups: ['watch'] })
  const [sub, groups] = ['a-1', ['watch']]
  match(String(await visit.as({ sub, groups, email: 'ada@example.org' })), /verified address/)
  match(
    String(await visit.as({ sub, groups, email: 'ada@evil-example.org', email_verified: true })),
    /verified address/
  )
  match(String(await visit.as({ sub, groups, email: 'ada@example.org', email_verified: 'true' })), /verified address/)
  match(
    String(await visit.as({ sub, groups: ['x'], email: 'ada@example.org', email_verified: true })),
    /certain groups/
  )
  equal(await visit.as({ sub, groups, email: 'ada@example.org', email_verified: true }), 'user:ada@example.org')
})

test('OI7 groups make somebody what they are, anew each time', async t => {
  const visit = await Visit.open(t, { ...usual, roles: { admin: ['boss'], operator: ['watch'] } })
  const roleOf = async (groups: readonly string[]) => {
    await visit.as({ sub: 'a-1', preferred_username: 'ada', groups })
    return (await visit.house.stores.users.byName('ada'))?.role
  }
  equal(await roleOf(['watch', 'boss']), 'admin')
  equal(await roleOf(['watch']), 'operator')
  match(String(await visit.as({ sub: 'a-1', groups: [] })), /None of your groups/)
})

test('OI8 who was disabled stays so', async t => {
  const visit = await Visit.open(t)
  await visit.as({ sub: 'a-1', preferred_username: 'ada' })
  const { id = '' } = (await visit.house.stores.users.byName('ada')) ?? {}
  await visit.house.identity.accounts.change('test', id, { isDisabled: true })
  match(String(await visit.as({ sub: 'a-1', preferred_username: 'ada' })), /may not sign in/)
})

test('OI9 before the set-up nobody is let in', async t => {
  const provider = await ScriptedProvider.open(t)
  const settings = { issuer: provider.issuer, clientId: 'sightline', create: true }
  const house = await AccessHouse.open(t, { oidc: { settings, secret: undefined } })
  equal((await house.ask('/auth/oidc/start')).status, 403)
})

const wrong: Readonly<Record<string, (visit: Visit) => Promise<Answer>>> = {
  'another state': visit => visit.back({ state: 'x'.repeat(43) }),
  'no state': visit => visit.back({ state: '' }),
  'no cookie of the beginning': visit => visit.back({ pending: '' }),
  'a cookie that was changed': visit => visit.back({ pending: `${visit.pending.slice(0, -4)}AAAA` }),
  'the cookie of somebody else’s beginning': async visit => {
    const { pending } = visit
    await visit.begin()
    return visit.back({ pending })
  },
  'another nonce': visit => {
    visit.provider.nonce = 'another'
    return visit.back()
  },
  'a token of another issuer': visit => {
    visit.provider.claims = { sub: 'a-1', iss: 'https://attacker.example' }
    return visit.back()
  },
  'an answer of another issuer': visit => visit.back({ more: '&iss=https%3A%2F%2Fattacker.example' }),
  'a token for another client': visit => {
    visit.provider.claims = { sub: 'a-1', aud: 'another' }
    return visit.back()
  },
  'a token signed with another key': visit => {
    visit.provider.isForged = true
    return visit.back()
  },
  'a token that has ended': visit => {
    visit.provider.claims = { sub: 'a-1', exp: 1 }
    return visit.back()
  },
  'a refusal of the provider': visit => visit.back({ more: '&error=access_denied' }),
  'a beginning of long ago': visit => {
    visit.house.clock.aheadMs = 11 * 60_000
    return visit.back()
  }
}
for (const [what, back] of Object.entries(wrong))
  test(`OI10 ${what} lets nobody in`, async t => {
    const visit = await Visit.open(t)
    visit.provider.claims = { sub: 'a-1', preferred_username: 'ada' }
    await visit.begin()
    const { status, headers, body } = await back(visit)
    equal(status, 401)
    ok(!String(headers['set-cookie']).includes('sightline='))
    ok(!body.includes('canary'))
    equal(await visit.house.stores.users.byName('ada'), undefined)
  })

test('OI11 an answer counts once', async t => {
  const visit = await Visit.open(t)
  visit.provider.claims = { sub: 'a-1', preferred_username: 'ada' }
  await visit.begin()
  const answers = [await visit.back(), await visit.back()]
  deepStrictEqual(
    answers.map(({ status }) => status),
    [200, 401]
  )
  equal(visit.provider.asked.length, 1)
})

test('OI12 a provider that cannot be reached is said, and the password goes on', async t => {
  const settings = { issuer: 'http://127.0.0.1:9', clientId: 'sightline' }
  const house = await AccessHouse.open(t, { oidc: { settings, secret: 'canary-of-the-client' } })
  await house.add('root', 'admin')
  const { status, body } = await house.ask('/auth/oidc/start')
  equal(status, 503)
  match(body, /http:&#47;&#47;127|http:\/\/127/)
  ok(!body.includes('canary'))
  await house.signIn('root')
})

test('OI13 the sign-in page has the other way as a link, and leads nowhere else', async t => {
  const visit = await Visit.open(t, { ...usual, title: 'Staff <b>' })
  const { body } = await visit.house.ask('/sign-in?next=/live')
  match(body, /<a href="\/auth\/oidc\/start\?next=%2Flive">Staff &#60;b&#62;<\/a>/)
  visit.provider.claims = { sub: 'a-1', preferred_username: 'ada' }
  await visit.begin('https://attacker.example/')
  match((await visit.back()).body, /url=\/"/)
})

test('OI20 who was not let in is in the audit log, with why, and without what they brought', async t => {
  const visit = await Visit.open(t, { create: true, allowedDomains: ['example.org'] })
  match(String(await visit.as({ sub: 'm-1', preferred_username: 'mallory', email: 'm@evil.example' })), /domains/)
  await visit.house.ask('/auth/oidc/callback?code=canary-code&state=x')
  const { items } = await visit.house.stores.audit.page()
  const told = items.filter(({ action }) => action === 'sign-in-failed').map(({ subject, detail }) => [subject, detail])
  const [second, first] = told as [string, Record<string, unknown>][]
  deepStrictEqual(
    [first?.[0], first?.[1].by, first?.[1].code, first?.[1].subject],
    ['user/mallory', 'oidc', 'SL_SIGN_IN_REFUSED', 'm-1']
  )
  deepStrictEqual([second?.[0], second?.[1].subject, told.length], ['user/?', undefined, 2])
  ok(!/canary/.test(JSON.stringify(items)))
})

test('OI21 an admin says who is who, and takes it back: then they are signed out and let in no more', async t => {
  const visit = await Visit.open(t, {})
  const { accounts } = visit.house.identity
  const anna = await visit.house.add('anna', 'viewer')
  const claims = { sub: 'a-7', preferred_username: 'whoever' }
  match(String(await visit.as(claims)), /no user here yet/)
  await accounts.links.link('user:root', anna, 'a-7')
  visit.provider.claims = claims
  await visit.begin()
  const { cookie } = await visit.back()
  equal(await visit.house.actor(cookie), 'user:anna')
  equal(await accounts.links.unlink('user:root', anna), true)
  equal(await visit.house.actor(cookie), 401)
  match(String(await visit.as(claims)), /no user here yet/)
  const { items } = await visit.house.stores.audit.page({ subject: 'user/anna' })
  const changes = items.filter(({ action }) => action.startsWith('identity-'))
  deepStrictEqual(
    changes.map(({ actor, action, detail }) => [actor, action, (detail as { subject: string }).subject]).reverse(),
    [
      ['user:root', 'identity-linked', 'a-7'],
      ['user:root', 'identity-unlinked', 'a-7']
    ]
  )
})

test('OI22 a subject is one user, and a removed user is nobody', async t => {
  const visit = await Visit.open(t, { create: true })
  const { accounts } = visit.house.identity
  const [anna, bert] = [await visit.house.add('anna', 'viewer'), await visit.house.add('bert', 'viewer')]
  await accounts.links.link('user:root', anna, 'a-7')
  await rejects(accounts.links.link('user:root', bert, 'a-7'), { code: 'SL_NAME_TAKEN' })
  await accounts.remove('user:root', anna)
  equal(await visit.as({ sub: 'a-7', preferred_username: 'annette' }), 'user:annette')
})

test('OI23 another provider, or none, holds from one moment to the next', async t => {
  const visit = await Visit.open(t)
  const { identity } = visit.house
  identity.oidc.follow(undefined)
  equal((await visit.house.ask('/auth/oidc/start')).status, 404)
  ok(!/auth\/oidc/.test((await visit.house.ask('/sign-in')).body))
  await rejects(identity.accounts.links.link('user:root', await visit.house.add('anna', 'viewer'), 'a'), {
    code: 'SL_OPTION_CONFLICT'
  })
  const settings = { issuer: visit.provider.issuer, clientId: 'sightline', create: true, title: 'The new way' }
  identity.oidc.follow({ settings, secret: undefined })
  match((await visit.house.ask('/sign-in')).body, /The new way/)
  equal(await visit.as({ sub: 'n-1', preferred_username: 'nora' }), 'user:nora')
})

test('OI24 who becomes another user by a link is signed out as who they were', async t => {
  const visit = await Visit.open(t)
  const { accounts } = visit.house.identity
  visit.provider.claims = { sub: 'a-7', preferred_username: 'annette' }
  await visit.begin()
  const { cookie } = await visit.back()
  equal(await visit.house.actor(cookie), 'user:annette')
  await accounts.links.link('user:root', await visit.house.add('anna', 'viewer'), 'a-7')
  equal(await visit.house.actor(cookie), 401)
  equal(await visit.as(visit.provider.claims), 'user:anna')
})

test('OI26 a session that begins after the link to its user was taken back is none', async t => {
  const visit = await Visit.open(t, {})
  const { house } = visit
  const { sessions } = house.stores
  const { links } = house.identity.accounts
  const anna = await house.add('anna', 'viewer')
  await links.link('user:root', anna, 'a-7')
  const begin = sessions.begin.bind(sessions)
  sessions.begin = async wish => {
    await links.unlink('user:root', anna)
    return begin(wish)
  }
  match(String(await visit.as({ sub: 'a-7' })), /changed just now/)
  deepStrictEqual(await sessions.ofUser(anna, Date.now()), [])
})

test('OI25 where no user more may be, whoever is new is told so without how many there are', async t => {
  const visit = await Visit.open(t, usual, { users: 1 })
  const said = String(await visit.as({ sub: 'a-1', preferred_username: 'ada' }))
  match(said, /^Nobody new/)
  ok(!/\d/.test(said))
  const { items } = await visit.house.stores.audit.page()
  match(JSON.stringify(items), /"code":"SL_LIMIT_REACHED","why":"There are 1 users/)
})
