import { SightlineError } from '../core/errors.ts'

/** No answer has more rows than this. */
export const maxPageRows = 1000
/** Values of one filter, such as the streams a caller may see. */
export const maxFilterValues = 10_000

/** How many rows a page has: `limit`, or 100 where it is left out. Throws SL_QUERY_INVALID beyond 1 to 1,000. */
export function pageRows(limit = 100): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxPageRows) return limit
  throw invalid(`A page of ${limit} rows was asked for: it may have 1 to ${maxPageRows}.`)
}

/** Throws SL_QUERY_INVALID where a filter has too many values, or one that no row can have. */
export function checkValues(name: string, values: readonly string[] | undefined): void {
  if (!values) return
  if (values.length > maxFilterValues)
    throw invalid(`The filter \`${name}\` has ${values.length} values: at most ${maxFilterValues}.`)
  const wrong = values.find(value => typeof value !== 'string' || value.length > 512 || value.includes('\0'))
  if (wrong !== undefined)
    throw invalid(`The filter \`${name}\` has the value “${String(wrong).slice(0, 60)}”, which is no name.`)
}

/** Half-open: from `fromMs` to before `toMs`. Throws SL_QUERY_INVALID for a time that is none, or an end before its begin. */
export function checkRange({ fromMs, toMs }: { readonly fromMs?: number; readonly toMs?: number }): void {
  for (const time of [fromMs, toMs]) {
    if (time !== undefined && !Number.isSafeInteger(time))
      throw invalid(`The time ${time} is no whole number of milliseconds.`)
  }
  if (fromMs !== undefined && toMs !== undefined && toMs < fromMs)
    throw invalid(`The time range ends at ${toMs}, before it begins at ${fromMs}.`)
}

export function invalid(message: string): SightlineError {
  return new SightlineError('SL_QUERY_INVALID', message)
}

export function tooLarge(limit: number, what: string): SightlineError {
  return new SightlineError(
    'SL_QUERY_TOO_LARGE',
    `The answer would have more than ${limit} ${what}: ask for a shorter time, longer periods or fewer groups.`
  )
}
