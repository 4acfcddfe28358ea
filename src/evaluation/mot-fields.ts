/** The numbers of a row; reused by the next. */
export interface MotFields {
  /** As many of the first columns as are wanted. */
  readonly values: Float64Array
  /** Columns of the row, those that are not wanted included. */
  count: number
}

const blank = 32
const comma = 44
const minus = 45
const point = 46
const zero = 48
/** Up to this many digits a decimal is the quotient of two exact numbers, rounded once: what any exact parser gives. */
const exactDigits = 15
const powers = Float64Array.from({ length: exactDigits + 1 }, (_, exponent) => Number(`1e${exponent}`))

/**
 * Parses plain decimals between commas, blanks around them allowed, from `bytes[start]` up to `bytes[end − 1]`. The
 * hot loop of reading: whatever is not plain makes it give up, and somebody slower has to look. An empty line has
 * no columns.
 */
export function parseFields(bytes: Uint8Array, start: number, end: number, fields: MotFields): boolean {
  const { values } = fields
  let at = start
  let last = end
  while (last > start && bytes[last - 1]! <= blank) last--
  fields.count = 0
  while (at < last) {
    while (bytes[at]! <= blank) at++
    const isNegative = bytes[at] === minus
    if (isNegative) at++
    const digitsFrom = at
    let mantissa = 0
    let pointAt = -1
    for (; at < last; at++) {
      const byte = bytes[at]!
      if (byte === point && pointAt < 0) pointAt = at
      else if (byte >= zero && byte <= zero + 9) mantissa = mantissa * 10 + byte - zero
      else break
    }
    const decimals = pointAt < 0 ? 0 : at - pointAt - 1
    const digits = at - digitsFrom - (pointAt < 0 ? 0 : 1)
    if (digits < 1 || digits > exactDigits) return false
    while (at < last && bytes[at]! <= blank) at++
    if (at < last && bytes[at++] !== comma) return false
    if (fields.count < values.length) values[fields.count] = (isNegative ? -mantissa : mantissa) / powers[decimals]!
    fields.count++
  }
  return true
}
