import fastify, { type FastifyInstance } from 'fastify'
import { SightlineError } from '../core/errors.ts'
import type { Health } from '../core/health.ts'
import { healthRoutes } from './health-routes.ts'
import { answerProblems } from './problem.ts'
import { acceptUpgrades } from './upgrades.ts'

export interface ServerOptions {
  /** An address of this machine. */
  readonly host: string
  /** 0 takes any that is free. */
  readonly port: number
  readonly health: Health
  /** Adds what is answered beside `/healthz` and `/readyz`; upgrades by `server.onUpgrade(path, handler)`. */
  readonly routes?: (server: FastifyInstance) => void | Promise<void>
}

export interface RunningServer extends AsyncDisposable {
  /** Where it can be reached: `http://127.0.0.1:8080`. */
  readonly url: string
}

/** Listens, and answers from then on. Throws SL_LISTEN_REFUSED. */
export async function startServer({ host, port, health, routes }: ServerOptions): Promise<RunningServer> {
  const server: FastifyInstance = fastify({ bodyLimit: 64 * 1024, requestTimeout: 30_000, forceCloseConnections: true })
  answerProblems(server)
  acceptUpgrades(server, () => undefined)
  healthRoutes(server, health)
  try {
    await routes?.(server)
    const url = await server.listen({ host, port })
    return { url, [Symbol.asyncDispose]: () => server.close() }
  } catch (cause) {
    await server.close()
    throw refused(cause, host, port)
  }
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
