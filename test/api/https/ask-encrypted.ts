import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect, type PeerCertificate } from 'node:tls'

export interface Asked {
  readonly port: number
  /** PEM; what the client trusts, and nothing else. */
  readonly ca: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: string
}

/** Asks a server on 127.0.0.1 as a client that checks its certificate. Rejects where that does not convince. */
export async function askEncrypted({ path = '/', ...options }: Asked) {
  const sent = request({ host: '127.0.0.1', path, agent: false, ...options }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  let body = ''
  for await (const chunk of response.setEncoding('utf8')) body += chunk
  return { status: response.statusCode, headers: response.headers, body }
}

/** What the server on this port shows of itself to those who ask for `name`. Rejects where `ca` does not vouch for it. */
export async function shownCertificate(port: number, ca: string, name = 'localhost'): Promise<PeerCertificate> {
  const socket = connect({ port, host: '127.0.0.1', servername: name, ca })
  try {
    await once(socket, 'secureConnect')
    return socket.getPeerCertificate()
  } finally {
    socket.destroy()
  }
}
