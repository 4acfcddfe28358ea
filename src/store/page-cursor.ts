import { createHash } from 'node:crypto'
import { SightlineError } from '../core/errors.ts'
import { pageRows } from './query-border.ts'

/** Some rows of a list, and the way to the rest. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined
}

/** Where in a list to go on, and how far. */
export interface PageRequest {
  /** Most rows of the page: 1 to 1,000, 100 where it is left out. */
  readonly limit?: number
  /** `next` of the page before, of the same list with the same filters. */
  readonly cursor?: string
}

export interface PageSource<Row> {
  /** What was asked for, without limit and cursor. */
  readonly question: object
  /** Types of a place's parts. */
  readonly place: readonly ('number' | 'string')[]
  readonly placeOf: (row: Row) => PagePlace
  /** The first rows of the list after that place, or from its begin. */
  readonly rows: (limit: number, after: PagePlace | undefined) => Promise<readonly Row[]>
}

/** A page of a list that is in the order of its places. Throws SL_QUERY_INVALID for a limit or a cursor that is none. */
export async function readPage<Row>({ limit, cursor }: PageRequest, source: PageSource<Row>): Promise<Page<Row>> {
  const size = pageRows(limit)
  const after = cursor === undefined ? undefined : readCursor(source.question, cursor, source.place)
  // One more tells whether there is a next page.
  const rows = await source.rows(size + 1, after)
  const last = rows[size - 1]
  return {
    items: rows.slice(0, size),
    next: rows.length > size && last ? writeCursor(source.question, source.placeOf(last)) : undefined
  }
}

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
