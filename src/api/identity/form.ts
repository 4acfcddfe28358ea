import type { FastifyInstance, FastifyRequest } from 'fastify'

const type = 'application/x-www-form-urlencoded'
const mostBytes = 16 * 1024

/** Lets the routes of `scope` take what a form of a plain page sends. */
export function takeForms(scope: FastifyInstance): void {
  scope.addContentTypeParser(
    type,
    { parseAs: 'string', bodyLimit: mostBytes },
    async (_request: unknown, body: string) => body
  )
}

/** What was filled in; empty for what was not. */
export function filled({ body, headers }: FastifyRequest, ...names: readonly string[]): readonly string[] {
  const isForm = headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase() === type
  const form = new URLSearchParams(isForm && typeof body === 'string' ? body : '')
  return names.map(name => form.get(name) ?? '')
}

/** Where to go on, if it is a path of this server: nobody is led elsewhere. */
export function ownPath(text: string): string {
  const isPath = /^\/(?![/\\])[\x21-\x7e]{0,2000}$/.test(text) && !text.includes('\\')
  return isPath ? text : '/'
}
