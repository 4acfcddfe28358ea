import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type AccessRule, judge } from '../access/access-rule.ts'
import { AppFiles } from './app-files.ts'
import { pagePolicy } from './page-policy.ts'
import { accepted, sendAppContent } from './sent-app-content.ts'

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
    const link = await files.firstLoads.of(request.url, path => mayAsk(server, path, request))
    const content = await files.page(accepted(request))
    if (link !== undefined) reply.header('link', link)
    return sendAppContent(content, request, reply.header('content-security-policy', pagePolicy))
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
    return sendAppContent(await files.sharedPage(accepted(request)), request, reply.headers(headers))
  })
  server.get<{ Params: { name: string } }>('/app/:name', { config: { access: open } }, async (request, reply) => {
    const { name } = request.params
    if (name === worker) reply.headers({ 'service-worker-allowed': '/', 'content-security-policy': pagePolicy })
    return sendAppContent(await files.file(name, accepted(request)), request, reply, named.test(name))
  })
}

/** What would be refused would be an error in the console of whoever has less than the page shows. */
function mayAsk({ routeRules }: FastifyInstance, path: string, { principal }: FastifyRequest): boolean {
  const found = routeRules.find(each => each.method === 'GET' && each.path === path)
  return found !== undefined && judge(found.rule, principal) === 'pass'
}
