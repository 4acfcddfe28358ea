import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { AccessRule } from '../access/access-rule.ts'
import { PageFiles } from './page-files.ts'
import { pagePolicy } from './page-policy.ts'

const access: AccessRule = { area: 'live', need: 'view', stream: 'none' }
/** Part of the page that whoever has a link to a report sees, too. */
const forEverybody = /^web\/(fonts\/|live\/icon\.svg$)/

/** The plain live page and what it is made of below `/web/`, and the examples below `/examples/`. */
export function pageRoutes(server: FastifyInstance): void {
  const files = new PageFiles()
  for (const path of files.paths) {
    const rule: AccessRule = forEverybody.test(path) ? { open: true } : access
    server.get(`/${path}`, { config: { access: rule } }, (request, reply) => send(files, path, request, reply))
  }
}

async function send(files: PageFiles, path: string, request: FastifyRequest, reply: FastifyReply) {
  const content = await files.content(path)
  if (!content) return reply.callNotFound()
  const { body, type, tag, inline } = content
  // Asked for again each time, answered without the content where that is still the same; letters are for a month.
  reply.headers({
    etag: tag,
    'cache-control': path.startsWith('web/fonts/') ? 'private, max-age=2592000' : 'no-cache',
    'content-security-policy': inline
      ? `${pagePolicy}; script-src ${inline.script}; style-src ${inline.style}`
      : pagePolicy
  })
  reply.header('x-content-type-options', 'nosniff')
  reply.header('permissions-policy', 'camera=(self), microphone=()')
  if (request.headers['if-none-match']?.includes(tag)) return reply.code(304).send()
  return reply.type(type).send(body)
}
