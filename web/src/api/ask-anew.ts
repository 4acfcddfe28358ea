import type { QueryClient } from '@tanstack/react-query'

/** Of what somebody is changing: another answer would take what they did away, or have them write over what others did. */
export const staysAsSeen = { staysAsSeen: true } as const

/** Asks for everything that may be otherwise by now, since nothing was told for a while. */
export function askAnew(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ predicate: ({ meta }) => meta?.staysAsSeen !== true })
}
