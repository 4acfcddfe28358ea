import Type, { type Static, type TSchema } from 'typebox'
import Value from 'typebox/value'
import { Name } from '../contract/geometry.ts'
import { invalid } from './query-border.ts'

/** What people read: one to 200 characters, none of them a control character. */
export const Title = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })
/** Ids that a program chose, such as a UUID or a stream's name. */
export const Key = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$' })
/** Epoch milliseconds from 1970 to the year 9999. */
export const WallMs = Type.Integer({ minimum: 0, maximum: 253_402_300_799_999 })
export const Epoch = Type.Integer({ minimum: 1, maximum: 2 ** 31 - 1 })
/** SHA-256 of an asset, in hexadecimal. */
export const Digest = Type.String({ pattern: '^[0-9a-f]{64}$' })
export const StreamName = Name

/** Characters of a value that is kept as JSON. */
const maxJsonCharacters = 262_144

/** The value, if it is as the schema says. Throws SL_QUERY_INVALID, which names the place in it. */
export function checked<Schema extends TSchema>(schema: Schema, value: unknown, what: string): Static<Schema> {
  const [error] = Value.Check(schema, value) ? [] : Value.Errors(schema, value)
  if (error) throw invalid(`${what} is wrong at ${error.instancePath || '/'}: ${error.message}.`)
  return value as Static<Schema>
}

/** Throws SL_QUERY_INVALID for what is no JSON, and beyond 256 KiB. */
export function jsonText(value: unknown, what: string): string {
  const text = JSON.stringify(value)
  if (text !== undefined && text.length <= maxJsonCharacters) return text
  throw invalid(`${what} must be JSON of at most ${maxJsonCharacters} characters.`)
}

/** The given keys whose value is not undefined: what is to be changed. */
export function changesOf<Row extends object>(row: Row): Partial<Row> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Partial<Row>
}
