import { createHash } from 'node:crypto'
import { SightlineError } from '../core/errors.ts'

/** The last row of a page: pages go on after it, whatever is added meanwhile. */
export type PagePlace = readonly (number | string)[]

/**
 * A place in a list as a text that callers hand back, and need not understand. `question` is what was asked for: a
 * place in one list is none in another.
 */
export function writeCursor(question: object, place: PagePlace): string {
  return Buffer.from(JSON.stringify([digestOf(question), ...place])).toString('base64url')
}

/** Throws SL_QUERY_INVALID for a text that `writeCursor` did not write for this question. */
export function readCursor(question: object, text: string, kinds: readonly ('number' | 'string')[]): PagePlace {
  let value: unknown
  try {
    value = text.length <= 2048 ? JSON.parse(Buffer.from(text, 'base64url').toString()) : undefined
  } catch {}
  const [digest, ...place] = Array.isArray(value) ? value : []
  const fits =
    digest === digestOf(question) &&
    place.length === kinds.length &&
    place.every(
      (part, index) => typeof part === kinds[index] && (typeof part === 'string' || Number.isSafeInteger(part))
    )
  if (fits) return place
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
  throw new SightlineError(
    'SL_QUERY_INVALID',
    `The cursor “${shown}” is not of this list with these filters: ask for its first page again.`
  )
}

function digestOf(question: object): string {
  return createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 12)
}
