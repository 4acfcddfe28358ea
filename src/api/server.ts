import fastify, { type FastifyInstance } from 'fastify'
import { SightlineError } from '../core/errors.ts'
import type { Health } from '../core/health.ts'
import { limitBodyTimes } from './body-time.ts'
import type { Callers } from './callers.ts'
import { Door, refuseUnreadable } from './door.ts'
import type { ForeignOrigins } from './foreign-origins.ts'
import { healthRoutes } from './health-routes.ts'
import type { CertificateSource } from './https/certificate-source.ts'
import { type EncryptedListener, listenEncrypted } from './https/encrypted-listener.ts'
import { LastAnswers } from './last-answers.ts'
import type { RequestLimits } from './limits/request-limits.ts'
import { Presence } from './presence.ts'
import { answerProblems } from './problem.ts'
import { readOutRefused } from './read-out.ts'
import { type RequestWatchOptions, requestIds, watchRequests } from './request-watch.ts'
import { guardRoutes } from './route-access.ts'
import { TrustedProxies } from './trusted-proxies.ts'
import { acceptUpgrades } from './upgrades.ts'

export interface ServerOptions {
  /** An address of this machine. */
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
  readonly health: Health
  /** Finds out who asks. */
  readonly callers: Callers
  /** Whose word counts for where a request comes from. */
  readonly proxies?: TrustedProxies
  /** The same over HTTPS, beside: then other machines are answered there alone. */
  readonly https?: HttpsOptions
  /** Pages of other sites that may ask. Default: none. */
  readonly origins?: ForeignOrigins | undefined
  /** How much one user and one address may ask for. Default: as much as they like. */
  readonly limits?: RequestLimits | undefined
  /** Who is told of what was asked, and how it went. */
  readonly watch?: RequestWatchOptions
  /** How long answers that are under way may take once it ends. Default 0: they are cut. */
  readonly lastAnswersMs?: number
  /** Adds what is answered beside `/healthz` and `/readyz`, each with its rule; upgrades by `server.onUpgrade(path, handler, rule)`. */
  readonly routes?: (server: FastifyInstance) => void | Promise<void>
}

export interface HttpsOptions {
  /** 0 takes any that is free. */
  readonly port: number
  /** Not disposed with the server. */
  readonly certificates: CertificateSource
}

export interface RunningServer extends AsyncDisposable {
  /** Where it can be reached: `http://127.0.0.1:8080`. */
  readonly url: string
  readonly httpsPort?: number
}

/** Listens, and answers from then on. Throws SL_LISTEN_REFUSED. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, health, callers, proxies = new TrustedProxies(), https, origins, limits, watch, routes } = options
  const server: FastifyInstance = fastify({
    bodyLimit: 64 * 1024,
    // Bodies have times of their own, which know what they are for.
    requestTimeout: 0,
    http: { headersTimeout: 15_000, connectionsCheckingInterval: 5000 },
    forceCloseConnections: true,
    genReqId: requestIds(proxies),
    trustProxy: address => proxies.isTrusted(address),
    frameworkErrors: refuseUnreadable,
    // A name of any length gets to its route, which refuses it with a code.
    routerOptions: { maxParamLength: 16 * 1024 }
  })
  let encrypted: EncryptedListener | undefined
  const last = new LastAnswers(server, options.lastAnswersMs ?? 0)
  const door = new Door({
    proxies,
    ...(origins && { origins }),
    encryptedPort: https && (() => encrypted?.port ?? https.port)
  })
  server.server.maxHeadersCount = 0
  if (watch) watchRequests(server, watch, proxies)
  answerProblems(server)
  readOutRefused(server)
  door.guard(server)
  limitBodyTimes(server)
  limits?.guardConnections(server.server)
  limits?.guardAddresses(server)
  const presence = new Presence(callers)
  server.addHook('onClose', async () => presence[Symbol.dispose]())
  guardRoutes(server, callers, presence)
  limits?.guardUsers(server)
  acceptUpgrades(server, { doorkeeper: request => door.refusal(request)?.status, callers, presence, limits })
  const problems = () => [...health.problems(), ...(https?.certificates.problems() ?? [])]
  healthRoutes(server, { problems })
  if (https) https.certificates.addRoutes?.(server, () => encrypted?.port ?? https.port)
  let closing: Promise<void> | undefined
  const close = async () => {
    await last.given()
    await Promise.all([encrypted?.[Symbol.asyncDispose](), server.close()])
  }
  try {
    await routes?.(server)
    const url = await server.listen({ host, port }).catch(cause => Promise.reject(refused(cause, host, port, '--port')))
    if (https)
      encrypted = await listenEncrypted(server, { host, ...https, limits }).catch(cause =>
        Promise.reject(refused(cause, host, https.port, '--https-port'))
      )
    return { url, httpsPort: encrypted?.port, [Symbol.asyncDispose]: () => (closing ??= close()) }
  } catch (error) {
    await close()
    throw error
  }
}

function refused(cause: unknown, host: string, port: number, option: string): unknown {
  const { code, syscall } = cause as NodeJS.ErrnoException
  if (syscall !== 'listen') return cause
  const why = code === 'EADDRINUSE' ? 'something else listens there' : String(cause)
  return new SightlineError(
    'SL_LISTEN_REFUSED',
    `Cannot listen on ${host}:${port}: ${why}. Give another with ${option}.`,
    { cause }
  )
}
