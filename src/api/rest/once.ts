import Type, { type TSchema } from 'typebox'
import { SightlineError } from '../../core/errors.ts'
import type { OnceState } from '../../store/once-keys.ts'
import type { Call } from './route.ts'

/** For the documentation. */
export const onceHeaders: readonly [string, TSchema][] = [
  [
    'idempotency-key',
    Type.Optional(
      Type.String({
        pattern: '^[\\x21-\\x7e]{1,255}$',
        description:
          'Drawn anew for each new request: the same request sent again under it gets the first one’s answer.'
      })
    )
  ]
]

/** What a repetition is answered with. */
interface KeptAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** Headers that belong to what was made, and not to the connection. */
const keptHeaders = ['location']

/**
 * Does what is asked for, unless the same was asked for under the same key within a day: then gives that answer again.
 * What was refused may be asked for again.
 * @throws SL_KEY_REUSED for another request under the same key, SL_KEY_CONFLICT while the first is under way
 */
export async function onlyOnce(
  { request, reply, principal, sources }: Pick<Call, 'request' | 'reply' | 'principal' | 'sources'>,
  handle: () => Promise<unknown>
): Promise<unknown> {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string') return handle()
  const asked = JSON.stringify([request.method, request.url, request.body ?? null])
  // Titles of tokens may be the same for two people.
  const actor = `${principal.userId ?? ''}/${principal.actor}`.slice(0, 512)
  const once = { actor, key, request: sources.mark(asked) }
  const state = await sources.onceKeys.begin(once)
  if (state !== 'begun') {
    const { status, body, headers } = keptAnswer(state, key)
    reply.code(status).headers(headers)
    return body
  }
  let body: unknown
  try {
    body = await handle()
  } catch (error) {
    await sources.onceKeys.failed(once)
    throw error
  }
  const headers = keptHeaders.flatMap(name => {
    const value = reply.getHeader(name)
    return value === undefined ? [] : [[name, String(value)]]
  })
  const answer: KeptAnswer = { status: reply.statusCode, body: body ?? null, headers: Object.fromEntries(headers) }
  await sources.onceKeys.done(once, answer)
  return body
}

function keptAnswer(state: Exclude<OnceState, 'begun'>, key: string): KeptAnswer {
  if (typeof state === 'object') return state.answer as KeptAnswer
  if (state === 'under-way')
    throw new SightlineError(
      'SL_KEY_CONFLICT',
      `The request under the key ${key} is not done yet: ask again in a while.`
    )
  throw new SightlineError(
    'SL_KEY_REUSED',
    `The key ${key} was used for another request: draw a new one for a new request.`
  )
}
