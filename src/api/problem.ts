import { STATUS_CODES } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { mayKnowInside } from '../access/access-rule.ts'
import type { Principal } from '../access/principal.ts'
import { type ErrorCode, SightlineError } from '../core/errors.ts'
import { toldMessage } from '../core/told-message.ts'
import { allowedMethods } from './allowed-methods.ts'
import { sendPlainPage } from './plain-page.ts'

/** Why a request was refused, as RFC 9457 has it; `code` is what programs branch on. */
export interface ProblemDocument {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
}

/** Answers with a problem document. */
export function sendProblem(reply: FastifyReply, status: number, code: ErrorCode, detail: string): FastifyReply {
  const problem: ProblemDocument = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    code
  }
  return reply.code(status).type('application/problem+json').header('cache-control', 'no-store').send(problem)
}

/** For those who have been wrong too often: then they may try once more. */
const retryAfterSeconds = 6

/** How soon a page that could not be shown yet asks again. */
const waitSeconds = 1

/** Every refusal of this server is a problem document. What was not foreseen says nothing of what is inside. */
export function answerProblems(server: FastifyInstance): void {
  const methodsOf = allowedMethods(server)
  const answerUnknown = ({ method, url }: FastifyRequest, reply: FastifyReply) => {
    const path = pathOf(url)
    const methods = methodsOf(path)
    if (methods.length === 0 || methods.includes(method))
      return sendProblem(reply, 404, 'SL_ROUTE_UNKNOWN', `There is nothing at ${method} ${path}.`)
    const allowed = methods.join(', ')
    reply.header('allow', allowed)
    return sendProblem(reply, 405, 'SL_METHOD_REFUSED', `${path} is there for ${allowed}, and not for ${method}.`)
  }
  server.setNotFoundHandler(answerUnknown)
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof SightlineError) {
      const status = statusOf(error)
      if (status === 401) reply.header('www-authenticate', 'Bearer realm="sightline"')
      if (status === 429) reply.header('retry-after', retryAfterSeconds)
      if (error.code === 'SL_STORE_UNAVAILABLE' && isPerson(request)) return askAgain(reply)
      return sendProblem(reply, status, error.code, toldTo(request.principal, error))
    }
    const status = error.statusCode ?? 500
    // Whatever else is wrong with it.
    if (request.is404 && status < 500) return answerUnknown(request, reply)
    if (status < 500) return sendProblem(reply, status, 'SL_REQUEST_INVALID', error.message)
    return sendProblem(reply, 500, 'SL_INTERNAL', 'Something unforeseen happened.')
  })
}

/** What `principal` is told of an error: admins all of it, the others nothing of where things are. */
export function toldTo(principal: Principal | undefined, error: SightlineError): string {
  return mayKnowInside(principal) ? error.message : toldMessage(error)
}

/** True for a browser that opens a page. */
export function isPerson({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && /\btext\/html\b/.test(headers.accept ?? '')
}

/** A page that asks again by itself: whoever opens one while we start sees it as soon as it can be seen. */
function askAgain(reply: FastifyReply): FastifyReply {
  const says = 'Sightline is starting, or waits for its database. This page comes as soon as it can.'
  const body = `<meta http-equiv="refresh" content="${waitSeconds}"><h1>One moment</h1><p>${says}</p>`
  return sendPlainPage(reply.code(503).header('retry-after', waitSeconds), 'Sightline', body)
}

/** Without the query, which may hold a secret. */
function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}

/** Nothing is wrong with the request: the model's file is not what it has to be. */
const unfitModel =
  /^SL_MODEL_(CHECKSUM|NOT_ONNX|EXTERNAL_DATA|INPUT_RANK|FAMILY_UNKNOWN|OUTPUT_UNEXPECTED|TRIAL_LIMIT)$/

/** The HTTP status that says most of what an error says. */
export function statusOf({ code, retryable }: SightlineError): number {
  if (/^SL_SIGN_IN_(REQUIRED|REFUSED)$|^SL_TOKEN_REFUSED$/.test(code)) return 401
  if (/^SL_NOT_PERMITTED$|^SL_SET_UP_REFUSED$/.test(code)) return 403
  if (code === 'SL_SIGN_IN_TRIES' || code === 'SL_UPLOAD_LIMIT') return 429
  if (code === 'SL_STORAGE_LOW' || code === 'SL_BLOB_FULL') return 507
  if (code === 'SL_PRECONDITION_FAILED') return 412
  if (code === 'SL_BLOB_RANGE') return 416
  if (code === 'SL_KEY_REUSED') return 422
  if (unfitModel.test(code)) return 409
  if (/_NOT_FOUND$|_UNKNOWN$/.test(code)) return 404
  if (/_CONFLICT$|_TAKEN$|_IN_USE$|_CLASH$|_CONFIGURED$|^SL_CAMERA_LIMIT$|^SL_LIMIT_REACHED$/.test(code)) return 409
  if (/_TOO_LARGE$/.test(code)) return 413
  if (/_INVALID$|_WEAK$|^SL_INPUT_REFUSED$/.test(code)) return 400
  if (code.startsWith('SL_INPUT_')) return 415
  return retryable || code === 'SL_STORE_TIMEOUT' ? 503 : 500
}
