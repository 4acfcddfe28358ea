import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AccessRule } from '../access/access-rule.ts'
import { type AppContent, AppFiles } from './app-files.ts'
import { pagePolicy } from './page-policy.ts'

/** The first parts of the addresses that the web app has pages at (web/src/app/routes.tsx). */
const pages = [
  ...['streams', 'events', 'uploads', 'reports', 'past', 'seen'],
  ...['models', 'system', 'people', 'settings', 'account', 'design']
]

const access: AccessRule = { area: 'live', need: 'view', stream: 'none' }
/** Whoever has a link is nobody until its page has shown the link's secret; what pages are made of is in the package that all have. */
const open: AccessRule = { open: true }
/** What is in such a file its name tells: another content would have another name. */
const named = /-[\w-]{8}\.\w+$/
/** Works for every page, though it lies below `/app/`, and may fetch what they may. */
const worker = 'service-worker.js'

/** The web app: its page at `/` and each of its other addresses, what it is made of below `/app/`. Where it is not built, `/` is the plain live page. */
export function appRoutes(server: FastifyInstance, files: AppFiles = new AppFiles()): void {
  const page = async (request: FastifyRequest, reply: FastifyReply) => {
    const [content, link] = await Promise.all([files.page(accepted(request)), files.firstLoads.of(request.url)])
    if (link !== undefined) reply.header('link', link)
    return send(content, request, reply.header('content-security-policy', pagePolicy))
  }
  server.get('/', { config: { access } }, (request, reply) =>
    files.isBuilt ? page(request, reply) : reply.redirect('/web/live/index.html')
  )
  for (const path of pages) {
    server.get(`/${path}`, { config: { access } }, page)
    server.get(`/${path}/*`, { config: { access } }, page)
  }
  server.get('/shared/:link', { config: { access: open } }, async (request, reply) => {
    const headers = { 'content-security-policy': pagePolicy, 'referrer-policy': 'no-referrer' }
    return send(await files.sharedPage(accepted(request)), request, reply.headers(headers))
  })
  server.get<{ Params: { name: string } }>('/app/:name', { config: { access: open } }, async (request, reply) => {
    const { name } = request.params
    if (name === worker) reply.headers({ 'service-worker-allowed': '/', 'content-security-policy': pagePolicy })
    return send(await files.file(name, accepted(request)), request, reply, named.test(name))
  })
}

function accepted({ headers }: FastifyRequest): string {
  return String(headers['accept-encoding'] ?? '')
}

/** What may be kept is kept for a year; of all else it is asked each time whether it is still the same. */
function send(
  content: AppContent | undefined,
  request: FastifyRequest,
  reply: FastifyReply,
  mayBeKept = false
): FastifyReply {
  if (!content) {
    reply.callNotFound()
    return reply
  }
  const { body, type, tag, encoding } = content
  reply.headers({
    etag: tag,
    vary: 'origin, accept-encoding',
    'cache-control': mayBeKept ? 'private, max-age=31536000, immutable' : 'no-cache',
    'permissions-policy': 'camera=(self), microphone=()'
  })
  if (encoding) reply.header('content-encoding', encoding)
  if (request.headers['if-none-match']?.includes(tag)) return reply.code(304).send()
  return reply.type(type).send(body)
}
