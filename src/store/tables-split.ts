/** Tables that grow for ever, and the column by whose time PostgreSQL splits them. */
export const splitTables = {
  events: 'at_ms',
  trajectory_chunks: 'from_ms',
  measure_samples: 'minute_ms'
} as const

export type SplitTable = keyof typeof splitTables
