import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'

/** An identity provider that says what a test has it say, right or wrong. */
export class ScriptedProvider {
  issuer = ''
  /** What the next ID token says; `nonce` is that of the last attempt. */
  claims: Record<string, unknown> = { sub: 'someone' }
  nonce = ''
  /** With a key of somebody else. */
  isForged = false
  /** The challenge of the last attempt (RFC 7636). */
  challenge = ''
  readonly asked: URLSearchParams[] = []
  /** What clients showed for themselves. */
  readonly shown: string[] = []

  static async open(t: Pick<TestContext, 'after'>): Promise<ScriptedProvider> {
    const provider = new ScriptedProvider()
    const [{ privateKey, publicKey }, other] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')]
    const server = createServer(async (request, response): Promise<void> => {
      const { issuer } = provider
      const answer = (body: object) =>
        void response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
      if (request.url?.endsWith('openid-configuration'))
        return answer({
          issuer,
          authorization_endpoint: `${issuer}/ask`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          id_token_signing_alg_values_supported: ['ES256'],
          code_challenge_methods_supported: ['S256']
        })
      if (request.url === '/keys')
        return answer({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256', kid: 'a' }] })
      let body = ''
      for await (const chunk of request) body += chunk
      provider.asked.push(new URLSearchParams(body))
      provider.shown.push(request.headers.authorization ?? '')
      const token = new SignJWT({
        nonce: provider.nonce,
        iss: issuer,
        aud: 'sightline',
        exp: Math.ceil(Date.now() / 1000) + 300,
        ...provider.claims
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'a' })
        .setIssuedAt()
      const id_token = await token.sign(provider.isForged ? other.privateKey : privateKey)
      answer({ access_token: 'canary-access', token_type: 'Bearer', id_token })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    t.after(() => {
      server.close()
      server.closeAllConnections()
    })
    provider.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return provider
  }
}
