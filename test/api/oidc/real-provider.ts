import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'

/** What we use of `oidc-provider`, which has no types. */
interface Provider {
  callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
  interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<{ params: { client_id: string } }>
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: object): Promise<void>
  readonly Grant: new (of: object) => { addOIDCScope(scope: string): void; save(): Promise<string> }
}
type MakeProvider = new (issuer: string, configuration: object) => Provider

export interface RealProvider {
  readonly issuer: string
  readonly secret: string
  /** Walks a browser from `url` through the sign-in there, and gives the address that it is sent back to. */
  signIn(url: string): Promise<string>
}

/** `oidc-provider`, where everybody is signed in as `account` at once, back to `redirectUri`. */
export async function openRealProvider(
  t: Pick<TestContext, 'after'>,
  redirectUri: () => string,
  account: Readonly<Record<string, unknown>> & { readonly sub: string }
): Promise<RealProvider> {
  const secret = 'canary-of-the-real-client'
  const server = createServer((request, response) => void answer(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  // @ts-expect-error: it has no types.
  const { default: Made } = (await import('oidc-provider')) as { default: MakeProvider }
  let provider: Provider | undefined
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    provider ??= new Made(issuer, {
      clients: [{ client_id: 'sightline', client_secret: secret, redirect_uris: [redirectUri()] }],
      claims: { openid: ['sub'], profile: ['preferred_username'], email: ['email', 'email_verified'] },
      pkce: { required: () => true },
      features: { devInteractions: { enabled: false } },
      interactions: { url: () => '/interaction' },
      cookies: { keys: ['for these tests'] },
      findAccount: () => ({ accountId: account.sub, claims: () => account })
    })
    if (!request.url?.startsWith('/interaction')) return provider.callback()(request, response)
    const { params } = await provider.interactionDetails(request, response)
    const grant = new provider.Grant({ accountId: account.sub, clientId: params.client_id })
    grant.addOIDCScope('openid profile email')
    const result = { login: { accountId: account.sub }, consent: { grantId: await grant.save() } }
    await provider.interactionFinished(request, response, result)
  }
  return { issuer, secret, signIn: url => walk(url, issuer) }
}

async function walk(url: string, issuer: string): Promise<string> {
  const cookies = new Map<string, string>()
  let next = url
  for (let step = 0; next.startsWith(issuer) && step < 10; step++) {
    const cookie = [...cookies].map(pair => pair.join('=')).join('; ')
    const answer = await fetch(next, { redirect: 'manual', headers: { cookie } })
    for (const each of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = each.split(';', 1)[0]!.split(/=(.*)/, 2)
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (!location) throw new Error(`${next} leads nowhere: ${answer.status} ${await answer.text()}`)
    next = new URL(location, next).href
  }
  return next
}
