import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AppContent } from './app-files.ts'

/** The request's `Accept-Encoding`. */
export function accepted({ headers }: FastifyRequest): string {
  return String(headers['accept-encoding'] ?? '')
}

/** What may be kept (`mayBeKept`) is kept for a year; of all else it is asked each time whether it is still the same. */
export function sendAppContent(
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
