import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { RequestLimits } from '../limits/request-limits.ts'
import type { CertificateSource } from './certificate-source.ts'

export interface EncryptedListener extends AsyncDisposable {
  readonly port: number
}

/**
 * Answers on a second port, encrypted, what `server` answers on its own: the same routes, and the same upgrades. A new
 * certificate counts for the connections that come after it. Throws what the system says.
 */
export async function listenEncrypted(
  server: FastifyInstance,
  {
    host,
    port,
    certificates,
    limits
  }: {
    readonly host: string
    readonly port: number
    readonly certificates: CertificateSource
    readonly limits?: RequestLimits | undefined
  }
): Promise<EncryptedListener> {
  const { requestTimeout, headersTimeout } = server.server
  const listener = createServer({
    ...certificates.current,
    requestTimeout,
    headersTimeout,
    handshakeTimeout: 10_000,
    connectionsCheckingInterval: 5000
  })
  listener.maxHeadersCount = server.server.maxHeadersCount
  listener.on('request', (request, response) => server.routing(request, response))
  listener.on('upgrade', (...upgrade) => server.server.emit('upgrade', ...upgrade))
  listener.on('tlsClientError', () => undefined) // Browsers that do not trust the authority yet, mostly.
  limits?.guardConnections(listener)
  const open = new Set<Socket>() // Also those that have not shaken hands yet, which the listener does not count as its own.
  listener.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
  })
  certificates.onChange(() => listener.setSecureContext(certificates.current))
  listener.listen({ host, port })
  await once(listener, 'listening')
  return {
    port: (listener.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(listener, 'close')
      listener.close()
      for (const socket of open) socket.destroy()
      await closed
    }
  }
}
