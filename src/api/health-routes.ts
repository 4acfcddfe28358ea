import type { FastifyInstance } from 'fastify'
import type { Health } from '../core/health.ts'

/** Parts without which nothing new can be accepted: traffic is better sent elsewhere. Others only take something away. */
const vital = new Set(['starting', 'log', 'store'])

/** `/healthz`: the process lives. `/readyz`: it can do its work, or why not. Open to everybody, so no secret is in them. */
export function healthRoutes(server: FastifyInstance, health: Health): void {
  server.get('/healthz', async () => ({ status: 'alive' }))
  server.get('/readyz', async (_request, reply) => {
    const problems = health.problems()
    const isReady = !problems.some(({ part }) => vital.has(part))
    reply.code(isReady ? 200 : 503).header('cache-control', 'no-store')
    return { status: isReady ? (problems.length === 0 ? 'ready' : 'degraded') : 'not-ready', problems }
  })
}
