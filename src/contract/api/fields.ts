import Type from 'typebox'
import { Name } from '../geometry.ts'

// Fields that many questions and answers have.

export const closed = { additionalProperties: false } as const

/** Wall time in epoch milliseconds, up to the year 9999. */
export const WallMs = Type.Integer({
  minimum: 0,
  maximum: 253_402_300_799_999,
  description: 'Wall time in epoch milliseconds.'
})

export const Epoch = Type.Integer({
  minimum: 1,
  maximum: 2_147_483_647,
  description: 'Grows at each restart of the stream, so that ids of tracks are never used again.'
})

export const TrackId = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })

/** Ids that a program chose: of jobs, recordings, clips, sites. */
export const Key = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$' })

/** Something that people may have written, such as a class of objects. */
export const Word = Type.String({ minLength: 1, maxLength: 128, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })

/** What people call something. */
export const Title = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })

/** `line.door`. */
export const MeasureName = Type.String({ pattern: '^[a-z]{1,32}\\.[a-z0-9][a-z0-9_-]{0,62}$' })

/** `track-started`. */
export const KindName = Type.String({ pattern: '^[a-z][a-z-]{0,63}$' })

/** SHA-256 in hexadecimal. */
export const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })

const mostValues = 100

export const Streams = Type.Optional(
  Type.Array(Name, { maxItems: mostValues, description: 'Of these streams alone; the parameter may be repeated.' })
)
export const Measures = Type.Optional(Type.Array(MeasureName, { maxItems: mostValues }))
export const Kinds = Type.Optional(Type.Array(KindName, { maxItems: mostValues }))
export const Labels = Type.Optional(
  Type.Array(Word, { maxItems: mostValues, description: 'Classes of objects, such as `person`.' })
)

/** Half-open: from `fromMs` to before `toMs`. */
export const range = {
  fromMs: Type.Optional(WallMs),
  toMs: Type.Optional(WallMs)
}

export const Order = Type.Optional(Type.Enum(['newest', 'oldest'], { description: 'Newest first, unless said.' }))
