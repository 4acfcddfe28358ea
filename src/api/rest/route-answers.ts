import type { TSchema } from 'typebox'
import type { AccessRule } from '../../access/access-rule.ts'
import { Problem } from '../../contract/api/problem.ts'

/** JSON of a schema; nothing; or what is said of it, by media type. */
export type AnswerForm = TSchema | null | AnswerContent

export interface AnswerContent {
  readonly description: string
  /** Undefined schemas are bytes. */
  readonly content: Readonly<Record<string, TSchema | undefined>>
  /** By name, what they are for. */
  readonly headers?: Readonly<Record<string, string>>
}

interface Described {
  readonly access: AccessRule
  readonly answers: Readonly<Record<number, AnswerForm>>
  readonly problems?: readonly number[] | undefined
  readonly params?: unknown
  readonly body?: unknown
  readonly tagged?: true | undefined
  readonly now?: unknown
  readonly once?: true | undefined
}

const meanings: Readonly<Record<number, string>> = {
  200: 'As asked for.',
  201: 'Made.',
  202: 'Accepted; it is done later.',
  204: 'Done.',
  206: 'The part that was asked for.',
  304: 'As whoever asks has it already.',
  400: 'The request cannot be understood as it is.',
  401: 'Nobody has said who asks.',
  403: 'It may be seen, and not done, by whoever asks.',
  404: 'It is not there, or not for whoever asks.',
  409: 'It clashes with what is there, or with the same request under way.',
  412: 'It was changed since whoever asks has seen it.',
  413: 'More than is taken, or was asked for, at once.',
  415: 'The body is of another media type.',
  416: 'The file has no such bytes.',
  422: 'The key was used for another request.',
  423: 'Another request does the same just now: try again.',
  429: 'Too many requests: `Retry-After` says when again.',
  500: 'Something unforeseen happened.',
  503: 'Not at the moment: the same request may succeed later.',
  507: 'There is no room for it on the disk.'
}

/** All that a route may answer, as Fastify and the documentation have it. */
export function describedAnswers(route: Described): Record<string, object> {
  const { answers, access, params, body, problems = [] } = route
  const refusals = new Set([400, 429, 500, 503, ...problems])
  if (!('open' in access)) refusals.add(401).add(403)
  if (params || ('stream' in access && access.stream !== 'none')) refusals.add(404)
  if (body) refusals.add(413).add(415)
  if (route.now) refusals.add(412)
  if (route.once) refusals.add(409).add(422)
  const described: Record<string, object> = {}
  for (const [status, form] of Object.entries(answers)) described[status] = contentOf(Number(status), form, route)
  if (route.tagged) described[304] = { description: meanings[304], type: 'null' }
  for (const status of refusals) {
    described[status] ??= {
      description: meanings[status],
      content: { 'application/problem+json': { schema: Problem } }
    }
  }
  return described
}

function contentOf(status: number, form: AnswerForm, { tagged }: Described): object {
  if (form === null) return { description: meanings[status], type: 'null' }
  const tag = tagged && { ETag: 'Changes whenever what is answered does.' }
  if (!isContent(form)) return { description: meanings[status], headers: headersOf(tag), content: jsonOf(form) }
  const content = Object.entries(form.content).map(([type, schema = bytes]) => [type, { schema }])
  return {
    description: form.description,
    headers: headersOf({ ...tag, ...form.headers }),
    content: Object.fromEntries(content)
  }
}

const bytes = { type: 'string', contentEncoding: 'binary' }

function jsonOf(schema: TSchema): object {
  return { 'application/json': { schema } }
}

function headersOf(headers: Readonly<Record<string, string>> = {}): object | undefined {
  const entries = Object.entries(headers)
  if (entries.length === 0) return undefined
  return Object.fromEntries(entries.map(([name, description]) => [name, { type: 'string', description }]))
}

function isContent(form: TSchema | AnswerContent): form is AnswerContent {
  return 'content' in form
}
