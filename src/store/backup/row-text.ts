/** A row as a database gives it. */
export type Row = Readonly<Record<string, unknown>>

/**
 * A row as one line of JSON. What JSON has no word for is an object with one key: `{"bytes": base64}`,
 * `{"number": "Infinity"}`, `{"integer": "9007199254740993"}`. No column holds objects, so nothing else can look like one.
 */
export function rowToText(row: Row): string {
  let plain: Record<string, unknown> | undefined
  for (const key in row) {
    const value = row[key]
    const json = toJson(value)
    if (json !== value) (plain ??= { ...row })[key] = json
  }
  return JSON.stringify(plain ?? row)
}

function toJson(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return { bytes: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  }
  if (typeof value === 'bigint') return { integer: String(value) }
  if (typeof value === 'number' && !Number.isFinite(value)) return { number: String(value) }
  return value
}

/** Undoes `rowToText`. Throws a SyntaxError or TypeError for text that it never wrote. */
export function textToRow(text: string): Record<string, unknown> {
  const row: unknown = JSON.parse(text)
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw new TypeError('a row is no object')
  const values = row as Record<string, unknown>
  for (const key of Object.keys(values)) {
    const value = values[key]
    if (typeof value === 'object' && value !== null) values[key] = fromJson(value)
  }
  return values
}

const numbers: Readonly<Record<string, number>> = {
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  NaN: Number.NaN
}

function fromJson(value: object): unknown {
  if ('bytes' in value && typeof value.bytes === 'string') return Buffer.from(value.bytes, 'base64')
  if ('integer' in value && typeof value.integer === 'string' && /^-?\d{1,19}$/.test(value.integer)) {
    return BigInt(value.integer)
  }
  if ('number' in value && typeof value.number === 'string' && Object.hasOwn(numbers, value.number)) {
    return numbers[value.number]
  }
  throw new TypeError('a value is neither plain nor of a known form')
}
