/** The numbers of a row; reused by the next. */
export interface MotFields {
  /** As many of the first columns as are wanted. */
  readonly values: Float64Array
  /** Columns of the row, those that are not wanted included. */
  count: number
}

const newline = 10
const blank = 32
const comma = 44
const minus = 45
const point = 46
const zero = 48
const nine = 57
/** Up to this many digits a decimal is the quotient of two exact numbers, rounded once: what any exact parser gives. */
const exactDigits = 15
const powers = Float64Array.from({ length: exactDigits + 1 }, (_, exponent) => Number(`1e${exponent}`))

/**
 * Parses plain decimals between commas, blanks around them allowed, from `bytes[at]` to the next line end, which must
 * be there. Returns where the next line begins, or −1 for a line that is not plain, at which somebody slower has to
 * look. A line without numbers has no columns. The hot loop of reading.
 */
export function parseFields(bytes: Uint8Array, at: number, fields: MotFields): number {
  const { values } = fields
  let count = 0
  for (;;) {
    let byte = bytes[at]!
    while (byte <= blank && byte !== newline) byte = bytes[++at]!
    if (byte === newline) break
    const isNegative = byte === minus
    if (isNegative) byte = bytes[++at]!
    const begin = at
    let mantissa = 0
    let decimalsFrom = -1
    for (;;) {
      if (byte >= zero && byte <= nine) mantissa = mantissa * 10 + byte - zero
      else if (byte === point && decimalsFrom < 0) decimalsFrom = at + 1
      else break
      byte = bytes[++at]!
    }
    const digits = decimalsFrom < 0 ? at - begin : at - begin - 1
    const decimals = decimalsFrom < 0 ? 0 : at - decimalsFrom
    if (digits < 1 || digits > exactDigits) return -1
    while (byte <= blank && byte !== newline) byte = bytes[++at]!
    if (byte === comma) at++
    else if (byte !== newline) return -1
    if (count < values.length) {
      const value = mantissa / powers[decimals]!
      values[count] = isNegative ? -value : value
    }
    count++
  }
  fields.count = count
  return at + 1
}
