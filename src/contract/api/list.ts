import Type, { type TSchema } from 'typebox'
import { closed } from './fields.ts'

/** How lists are asked for, beside what each of them can be filtered by. */
export const pageFields = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 1_000_000,
      description: 'Most items: 100 unless said. A page has at most 1000; CSV and NDJSON may have more.'
    })
  ),
  cursor: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2048,
      pattern: '^[A-Za-z0-9_-]+$',
      description: '`next` of the page before, of the same list with the same filters.'
    })
  )
}

export const formats = ['json', 'csv', 'ndjson'] as const
export type Format = (typeof formats)[number]

export const formatField = {
  format: Type.Optional(
    Type.Enum(formats, { description: 'How the list is written, whatever the header `Accept` says.' })
  )
}

/** Some of a list, and the way to the rest. */
export function pageOf<Item extends TSchema>(item: Item) {
  return Type.Object(
    {
      items: Type.Array(item),
      /** Where the next page begins; null on the last one. */
      next: Type.Union([Type.String(), Type.Null()])
    },
    closed
  )
}
