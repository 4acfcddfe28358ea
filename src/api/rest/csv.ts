/** What a cell may be made of. */
export type CellValue = string | number | boolean | null | undefined

/** A column of a list as CSV. */
export type Column<Item> = readonly [name: string, value: (item: Item) => CellValue]

/** A line as RFC 4180 has it, with its end. */
export function csvLine(values: readonly CellValue[]): string {
  return `${values.map(cell).join(',')}\r\n`
}

/**
 * Programs for spreadsheets take a text that begins so for a formula and compute it, which may send away what is in the
 * others: an apostrophe before it keeps it a text. Numbers are none.
 */
const formula = /^[=+\-@\t\r]/

function cell(value: CellValue): string {
  if (value == null) return ''
  if (typeof value !== 'string') return String(value)
  const text = formula.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** RFC 3339, for people; nothing for a time that no date has. */
export function timeCell(ms: number | null): CellValue {
  if (ms === null || Math.abs(ms) > 8.64e15) return null
  return new Date(ms).toISOString()
}
