import fastify, { type FastifyInstance } from 'fastify'
import { SightlineError } from '../core/errors.ts'
import type { Health } from '../core/health.ts'
import type { AccessToken } from './access-token.ts'
import { Door } from './door.ts'
import { healthRoutes } from './health-routes.ts'
import { answerProblems } from './problem.ts'
import { isLoopback } from './request-origin.ts'
import { acceptUpgrades } from './upgrades.ts'

export interface ServerOptions {
  /** An address of this machine. */
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
  readonly health: Health
  /** Asked of everybody; has to be given where other machines can reach `host`. */
  readonly token?: AccessToken
  /** Adds what is answered beside `/healthz` and `/readyz`; upgrades by `server.onUpgrade(path, handler)`. */
  readonly routes?: (server: FastifyInstance) => void | Promise<void>
}

export interface RunningServer extends AsyncDisposable {
  /** Where it can be reached: `http://127.0.0.1:8080`. */
  readonly url: string
}

/** Listens, and answers from then on. Throws SL_LISTEN_REFUSED. */
export async function startServer({ host, port, health, token, routes }: ServerOptions): Promise<RunningServer> {
  if (!token && !isLoopback(host)) throw unguarded(host)
  const server: FastifyInstance = fastify({ bodyLimit: 64 * 1024, requestTimeout: 30_000, forceCloseConnections: true })
  const door = new Door({ token, host })
  answerProblems(server)
  door.guard(server)
  acceptUpgrades(server, request => door.refusal(request)?.status)
  healthRoutes(server, health, request => door.knows(request))
  try {
    await routes?.(server)
    const url = await server.listen({ host, port })
    return { url, [Symbol.asyncDispose]: () => server.close() }
  } catch (cause) {
    await server.close()
    throw refused(cause, host, port)
  }
}

function unguarded(host: string): SightlineError {
  return new SightlineError(
    'SL_LISTEN_REFUSED',
    `Other machines could reach ${host}, and nobody would be asked who they are: give an access token with SIGHTLINE_ACCESS_TOKEN or --access-token-file.`
  )
}

function refused(cause: unknown, host: string, port: number): unknown {
  const { code, syscall } = cause as NodeJS.ErrnoException
  if (syscall !== 'listen') return cause
  const why = code === 'EADDRINUSE' ? 'something else listens there' : String(cause)
  return new SightlineError(
    'SL_LISTEN_REFUSED',
    `Cannot listen on ${host}:${port}: ${why}. Give another with --port.`,
    { cause }
  )
}
