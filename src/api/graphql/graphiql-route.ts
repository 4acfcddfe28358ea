import type { FastifyInstance } from 'fastify'
import type { GuardedRule } from '../../access/access-rule.ts'
import { AppFiles } from '../app-files.ts'
import { accepted, sendAppContent } from '../sent-app-content.ts'

/** As `/graphql` has it: what is asked for in the page is judged there. */
const access: GuardedRule = { area: 'any', need: 'view', stream: 'none' }

/** What the page is made of comes from here, as does all that it asks. Its dialogs write styles as they open. On this page alone. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join('; ')

export interface GraphiqlOptions {
  /** Whether it is there, at the moment. */
  readonly isOn: () => boolean
  readonly files?: AppFiles
}

/** `/graphiql`, the page for trying GraphQL out. What it is made of lies below `/app/`, as the web app does. */
export function graphiqlRoute(server: FastifyInstance, { isOn, files = new AppFiles() }: GraphiqlOptions): void {
  server.get('/graphiql', { config: { access }, schema: { hide: true } }, async (request, reply) => {
    const page = isOn() ? await files.graphiqlPage(accepted(request)) : undefined
    return sendAppContent(page, request, page ? reply.header('content-security-policy', policy) : reply)
  })
}
