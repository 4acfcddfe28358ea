import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { changedSince } from '../../core/changed-since.ts'
import type { Sources } from '../resources/sources.ts'

/** Strong, as RFC 9110 §8.8.3 has it: the same text, the same tag, in every process. */
export function tagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`
}

/** Whether a header's list of tags has this one. `*` is any. */
export function matchingTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  return header.split(',').some(part => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag)
}

/** The headers of conditional requests, for the documentation. */
export function tagHeaders(route: { readonly tagged?: true; readonly now?: unknown }): readonly [string, TSchema][] {
  const header = (description: string) => Type.Optional(Type.String({ maxLength: 1024, description }))
  if (route.tagged) return [['if-none-match', header('Tags that need not be sent again.')]]
  if (route.now) return [['if-match', header('Only where it still has this tag.')]]
  return []
}

/** One change of a thing at a time, so that nothing changes between the look at its tag and the change: by its address. */
const servers = new WeakMap<Sources, Map<string, Promise<unknown>>>()

/**
 * Does `change` where the thing is as whoever asks has seen it, or where they do not say.
 * @param change is given what they have seen, for the store: other processes change things too
 * @throws SL_PRECONDITION_FAILED
 */
export async function requireMatch<Result, Seen>(
  { request, sources }: { readonly request: FastifyRequest; readonly sources: Sources },
  now: () => Promise<Seen>,
  change: (seen: Seen | undefined) => Promise<Result>
): Promise<Result> {
  const underWay = servers.get(sources) ?? new Map<string, Promise<unknown>>()
  servers.set(sources, underWay)
  const [thing = ''] = request.url.split('?', 1)
  const before = underWay.get(thing)
  const turn = (async () => {
    await before?.catch(() => undefined)
    // Also without the header: what is not theirs to see is refused before anything is done.
    const seen = await now()
    const wanted = request.headers['if-match']
    if (wanted === undefined) return change(undefined)
    if (!matchingTag(wanted, tagOf(JSON.stringify(seen)))) throw changedSince()
    return change(seen)
  })()
  underWay.set(thing, turn)
  try {
    return await turn
  } finally {
    if (underWay.get(thing) === turn) underWay.delete(thing)
  }
}
