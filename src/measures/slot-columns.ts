type Column = Float64Array | Int32Array | Uint32Array | Uint8Array

/** The column itself when it is long enough, else a longer one that begins like it; new places hold `fill`. */
export function grownTo<Kind extends Column>(column: Kind, length: number, fill = 0): Kind {
  if (column.length >= length) return column
  const longer = new (column.constructor as new (length: number) => Kind)(length)
  longer.set(column)
  if (fill !== 0) longer.fill(fill, column.length)
  return longer
}
