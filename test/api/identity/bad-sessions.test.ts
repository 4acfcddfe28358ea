import { deepStrictEqual, equal } from 'node:assert/strict'
import { createHmac, generateKeyPairSync } from 'node:crypto'
import { after, before, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, importJWK, type JWK, SignJWT, UnsecuredJWT } from 'jose'
import { Seal } from '../../../src/core/seal.ts'
import { AccessHouse, codeOf } from './access-house.ts'

/** A signed-in user, and all that a forger could know or steal. */
async function signedIn(t: Parameters<typeof AccessHouse.open>[0]) {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'admin')
  const cookie = await house.signIn('ada')
  const [, access = ''] = /sightline=([^;]+)/.exec(cookie) ?? []
  const [, refresh = ''] = /sightline-refresh=([^;]+)/.exec(cookie) ?? []
  const [key] = await house.stores.keys.all()
  const secret = JSON.parse(new Seal(Buffer.alloc(32, 7)).open(key!.sealed, 'signing-key')!) as JWK
  return { house, access, refresh, header: decodeProtectedHeader(access), claims: decodeJwt(access), key: key!, secret }
}

type Stolen = Awaited<ReturnType<typeof signedIn>>
const stranger = generateKeyPairSync('ed25519')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const shifted = ({ claims }: Stolen, seconds: number) => ({
  ...claims,
  iat: claims.iat! + seconds,
  exp: claims.exp! + seconds
})
const signed = async ({ secret, header }: Stolen, claims: object, change = {}) =>
  new SignJWT({ ...claims })
    .setProtectedHeader({ ...header, ...change } as { alg: string })
    .sign(await importJWK(secret, 'EdDSA'))
const text = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

const forgeries: readonly { rule: string; make: (stolen: Stolen) => Promise<string> | string }[] = [
  { rule: 'unsigned (alg: none)', make: ({ claims }) => new UnsecuredJWT(claims).encode() },
  { rule: 'unsigned under our header', make: ({ access }) => `${access.split('.').slice(0, 2).join('.')}.` },
  {
    rule: 'signed with our public key as a secret (HS256)',
    make: ({ claims, header, key }) => {
      const body = `${text({ ...header, alg: 'HS256' })}.${text(claims)}`
      return `${body}.${createHmac('sha256', (JSON.parse(key.public) as JWK).x!)
        .update(body)
        .digest('base64url')}`
    }
  },
  {
    rule: 'signed with a key of another kind (RS256)',
    make: ({ claims, header }) =>
      new SignJWT({ ...claims }).setProtectedHeader({ ...header, alg: 'RS256' }).sign(rsa.privateKey)
  },
  {
    rule: 'signed by a stranger under our kid',
    make: ({ claims, header }) =>
      new SignJWT({ ...claims }).setProtectedHeader(header as { alg: string }).sign(stranger.privateKey)
  },
  {
    rule: 'signed by a stranger under a kid of their own',
    make: ({ claims, header }) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({ ...header, alg: 'EdDSA', kid: 'theirs' })
        .sign(stranger.privateKey)
  },
  {
    rule: 'signed by a stranger who brings the key (jku, jwk)',
    make: ({ claims, header }) =>
      new SignJWT({ ...claims })
        .setProtectedHeader({
          ...header,
          alg: 'EdDSA',
          kid: 'theirs',
          jku: 'http://127.0.0.1:1/jwks.json',
          jwk: stranger.publicKey.export({ format: 'jwk' }) as JWK
        })
        .sign(stranger.privateKey)
  },
  { rule: 'over', make: stolen => signed(stolen, shifted(stolen, -600)) },
  { rule: 'from the future', make: stolen => signed(stolen, shifted(stolen, 600)) },
  { rule: 'not valid yet', make: stolen => signed(stolen, { ...stolen.claims, nbf: stolen.claims.exp! - 10 }) },
  {
    rule: 'good for a year',
    make: stolen => signed(stolen, { ...shifted(stolen, -600), exp: stolen.claims.exp! + 3e7 })
  },
  { rule: 'for somebody else’s ears', make: stolen => signed(stolen, { ...stolen.claims, aud: 'another-service' }) },
  { rule: 'by another issuer', make: stolen => signed(stolen, { ...stolen.claims, iss: 'https://attacker.example' }) },
  { rule: 'of another type', make: stolen => signed(stolen, stolen.claims, { typ: 'JWT' }) },
  { rule: 'of no session', make: stolen => signed(stolen, { ...stolen.claims, sid: undefined }) },
  {
    rule: 'of a session that there is not',
    make: stolen => signed(stolen, { ...stolen.claims, sid: crypto.randomUUID() })
  },
  { rule: 'the refresh token', make: ({ refresh }) => refresh },
  { rule: 'nothing but dots', make: () => '.'.repeat(8000) }
]
const parts = new AsyncDisposableStack()
let stolen: Stolen
before(async () => {
  stolen = await signedIn({ after: work => parts.defer(async () => void (await (work as () => Promise<void>)())) })
})
after(() => parts.disposeAsync())

test('BS0 what is signed as ours is, is taken for ours', async () => {
  equal(await stolen.house.actor(`sightline=${await signed(stolen, stolen.claims)}`), 'user:ada')
})

for (const { rule, make } of forgeries)
  test(`BS1 a session that is ${rule} is none`, async () => {
    const cookie = `sightline=${await make(stolen)}`
    equal(await stolen.house.actor(cookie), 401)
    equal(
      (await stolen.house.ask('/live', { headers: { cookie, connection: 'upgrade', upgrade: 'websocket' } })).status,
      401
    )
  })

test('BS2 what signs can be verified by others, and nothing of it can sign', async t => {
  const { house, access, header } = await signedIn(t)
  const { keys } = JSON.parse((await house.ask('/.well-known/jwks.json')).body) as { keys: JWK[] }
  deepStrictEqual(
    keys.map(({ kid, kty, crv, alg, use, d }) => ({ kid, kty, crv, alg, use, d })),
    [{ kid: header.kid, kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', d: undefined }]
  )
  const { jwtVerify, createLocalJWKSet } = await import('jose')
  equal((await jwtVerify(access, createLocalJWKSet({ keys }))).payload.iss, 'sightline')
})

test('BS3 keys change every week, and what the one before signed holds until it is over', async t => {
  const { house } = await signedIn(t)
  house.clock.aheadMs = 7 * 86_400_000 + 1
  await house.signIn('ada')
  const { keys } = JSON.parse((await house.ask('/.well-known/jwks.json')).body) as { keys: JWK[] }
  equal(keys.length, 2)
  house.clock.aheadMs = 16 * 86_400_000
  await house.signIn('ada')
  equal((await house.stores.keys.all()).length, 1)
})

test('BS4 a key that was put into the store by somebody without the seal signs nothing', async t => {
  const { house, claims } = await signedIn(t)
  const jwk = { ...stranger.publicKey.export({ format: 'jwk' }) }
  const sealed = new Seal(Buffer.alloc(32, 8)).close(
    JSON.stringify(stranger.privateKey.export({ format: 'jwk' })),
    'signing-key'
  )
  await house.stores.keys.add({ id: 'theirs', public: JSON.stringify(jwk), sealed, createdMs: Date.now() })
  house.clock.aheadMs = 61_000
  const forged = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: 'theirs' })
    .sign(stranger.privateKey)
  equal(await house.actor(`sightline=${forged}`), 401)
})

test('BS5 an answer to a foreign session takes it away', async t => {
  const house = await AccessHouse.open(t)
  await house.add('ada', 'admin')
  const { headers } = await house.ask('/', { headers: { cookie: 'sightline=outdated; sightline-refresh=slr_x' } })
  equal((headers['set-cookie'] ?? []).filter(cookie => cookie.includes('=; Path=/; Max-Age=0')).length, 2)
})

test('BS6 a session is no token', async t => {
  const { house, access, refresh } = await signedIn(t)
  for (const shown of [access, refresh]) {
    const answer = await house.ask('/', { headers: { authorization: `Bearer ${shown}` } })
    deepStrictEqual([answer.status, codeOf(answer)], [401, 'SL_TOKEN_REFUSED'])
  }
})
