import Type, { type TSchema } from 'typebox'
import { SightlineError } from '../../core/errors.ts'
import type { OnceState } from '../../store/once-keys.ts'
import type { Sources } from '../resources/sources.ts'
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

/** What a repetition is answered with: kept sealed, as there may be a secret in it that is shown once. */
interface KeptAnswer {
  readonly status: number
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  /** Of what was asked, where that was read while it was done. */
  readonly digest?: string | undefined
}

/** A body that is too large to be read before it is handled, such as a form's file. */
export interface StreamedBody {
  /** Reads all of it and keeps nothing. @throws SL_REQUEST_INVALID */
  skim(): Promise<void>
  /** What all of it is known by again, where the request has a key; to be asked once, after it was handled or skimmed. */
  digest(): string | undefined
}

/** What takes longer is said to be under way, so that nobody takes it for left undone: well within five minutes. */
const refreshMs = 60_000

/** Headers that belong to what was made, and not to the connection. */
const keptHeaders = ['location']

/**
 * Does what is asked for, unless the same was asked for under the same key within a day: then gives that answer again.
 * What was refused may be asked for again.
 * @param streamed the body, where `handle` reads it
 * @throws SL_KEY_REUSED for another request under the same key, SL_KEY_CONFLICT while the first is under way
 */
export async function onlyOnce(
  { request, reply, principal, sources }: Pick<Call, 'request' | 'reply' | 'principal' | 'sources'>,
  handle: () => Promise<unknown>,
  streamed?: StreamedBody
): Promise<unknown> {
  const key = request.headers['idempotency-key']
  if (typeof key !== 'string') return handle()
  const asked = JSON.stringify([request.method, request.url, request.body ?? null])
  // Names of people who went may be others' by now.
  const actor = `${principal.userId ?? ''}/${principal.actor}`.slice(0, 512)
  const once = { actor, key, request: sources.mark(asked) }
  const state = await sources.onceKeys.begin(once)
  if (state !== 'begun') {
    const kept = keptAnswer(sources, state, key)
    await streamed?.skim()
    if (kept.digest !== streamed?.digest()) throw reused(key)
    reply.code(kept.status).headers(kept.headers)
    return kept.body
  }
  // One that could not be said is said a minute later.
  const refreshing = setInterval(() => void sources.onceKeys.refresh(once).catch(() => undefined), refreshMs).unref()
  let given: unknown
  try {
    given = await handle()
  } catch (error) {
    // Where that cannot be said, five minutes without a word say it; why it failed is what counts.
    await sources.onceKeys.failed(once).catch(() => undefined)
    throw error
  } finally {
    clearInterval(refreshing)
  }
  const headers = keptHeaders.flatMap(name => {
    const value = reply.getHeader(name)
    return value === undefined ? [] : [[name, String(value)]]
  })
  const { statusCode: status } = reply
  const digest = streamed?.digest()
  const answer: KeptAnswer = { status, body: given ?? null, headers: Object.fromEntries(headers), digest }
  // It is made: whoever was told that it failed would make it again, and a secret that is shown once would be nobody's.
  await sources.onceKeys.done(once, sources.answers.close(JSON.stringify(answer))).catch(() => undefined)
  return given
}

function keptAnswer(
  { answers }: Pick<Sources, 'answers'>,
  state: Exclude<OnceState, 'begun'>,
  key: string
): KeptAnswer {
  const sealed = typeof state === 'object' ? state.answer : undefined
  const text = typeof sealed === 'string' ? answers.open(sealed) : undefined
  if (text !== undefined) return JSON.parse(text) as KeptAnswer
  if (state === 'under-way')
    throw new SightlineError(
      'SL_KEY_CONFLICT',
      `The request under the key ${key} is not done yet: ask again in a while.`
    )
  throw reused(key)
}

function reused(key: string): SightlineError {
  const message = `The key ${key} was used for another request: draw a new one for a new request.`
  return new SightlineError('SL_KEY_REUSED', message)
}
