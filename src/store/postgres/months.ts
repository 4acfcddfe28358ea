/** A month of UTC, as one partition holds it: `fromMs` included, `toMs` not. */
export interface Month {
  /** `2026_11`. */
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
}

const years = { first: 2000, last: 2099 }

/** The month that a time lies in; undefined for times that no clock ever showed, which have a partition of their own. */
export function monthOf(ms: number): Month | undefined {
  const date = new Date(ms)
  const year = date.getUTCFullYear()
  return year >= years.first && year <= years.last ? month(year, date.getUTCMonth()) : undefined
}

export function monthAfter({ toMs }: Month): Month | undefined {
  return monthOf(toMs)
}

/** The month that a partition of `table` is named after; undefined where it is not one of a month. */
export function monthOfPartition(table: string, partition: string): Month | undefined {
  const match = /^(\d{4})_(\d{2})$/.exec(partition.startsWith(`${table}_`) ? partition.slice(table.length + 1) : '')
  return match ? month(Number(match[1]), Number(match[2]) - 1) : undefined
}

function month(year: number, index: number): Month {
  return {
    name: `${year}_${String(index + 1).padStart(2, '0')}`,
    fromMs: Date.UTC(year, index),
    toMs: Date.UTC(year, index + 1)
  }
}
