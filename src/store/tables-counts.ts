/** Tables that count events, finest first, and the milliseconds that a row of each is about. */
export const countTables = { event_minutes: 60_000, event_hours: 3_600_000 } as const

export type CountTable = keyof typeof countTables
