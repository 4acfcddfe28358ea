import type { FastifyInstance, FastifyRequest } from 'fastify'
import { mayKnowInside } from '../access/access-rule.ts'
import type { Health } from '../core/health.ts'
import { isHere } from './request-origin.ts'

/** Parts without which nothing new can be accepted: traffic is better sent elsewhere. Others only take something away. */
const vital = new Set(['starting', 'log', 'store'])

/**
 * `/healthz`: the process lives. `/readyz`: it can do its work, or why not. Open to everybody: others than admins and this
 * machine it tells no more than the state.
 */
export function healthRoutes(server: FastifyInstance, health: Health): void {
  const open = { config: { access: { open: true }, plain: true } } as const
  server.get('/healthz', open, async () => ({ status: 'alive' }))
  server.get('/readyz', open, async (request, reply) => {
    const problems = health.problems()
    const isReady = !problems.some(({ part }) => vital.has(part))
    reply.code(isReady ? 200 : 503).header('cache-control', 'no-store')
    const status = isReady ? (problems.length === 0 ? 'ready' : 'degraded') : 'not-ready'
    return mayKnow(request) ? { status, problems } : { status }
  })
}

function mayKnow({ raw, principal }: FastifyRequest): boolean {
  return isHere(raw) || mayKnowInside(principal)
}
