import { lastMs } from '../events/event-search.ts'

export const views = ['users', 'sessions', 'audit'] as const
export type View = (typeof views)[number]

/** What of the page is shown, as it stands in the address. All but `view` is of the audit. */
export interface PeopleSearch {
  /** Left out: users. */
  readonly view?: View
  /** `user:anna`. */
  readonly actor?: string
  readonly action?: string
  /** `stream/yard`. */
  readonly subject?: string
  /** Counted back from now. */
  readonly last?: keyof typeof lastMs
  /** Epoch milliseconds, half-open. */
  readonly fromMs?: number
  readonly toMs?: number
}

const line = /^[^\p{Cc}]{1,512}$/u
/** As late as the server knows. */
const latestMs = 253_402_300_799_999

/** What an address says, without what can be none of it. */
export function peopleSearch(raw: Readonly<Record<string, unknown>>): PeopleSearch {
  const text = (name: string) => {
    const value = typeof raw[name] === 'number' ? String(raw[name]) : raw[name]
    return typeof value === 'string' && line.test(value) ? { [name]: value } : {}
  }
  const time = (name: string) =>
    Number.isInteger(raw[name]) && Number(raw[name]) >= 0 && Number(raw[name]) <= latestMs ? { [name]: raw[name] } : {}
  const { view, last, fromMs, toMs } = raw
  const isTurned = typeof fromMs === 'number' && typeof toMs === 'number' && fromMs > toMs
  return {
    ...(views.includes(view as View) && view !== 'users' ? { view: view as View } : {}),
    ...text('actor'),
    ...text('action'),
    ...text('subject'),
    ...(typeof last === 'string' && Object.hasOwn(lastMs, last) ? { last: last as keyof typeof lastMs } : {}),
    ...(isTurned ? {} : { ...time('fromMs'), ...time('toMs') })
  }
}

/** The same as the server's audit is asked. */
export function auditQuery({ view: _, last, fromMs, toMs, ...search }: PeopleSearch, nowMs: number) {
  if (last !== undefined) return { ...search, fromMs: nowMs - lastMs[last] }
  return { ...search, ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) }
}

/** Where the same can be had as a file. */
export function auditAddress(search: PeopleSearch, format: 'csv' | 'ndjson', nowMs: number): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(auditQuery(search, nowMs))) parameters.append(name, String(value))
  parameters.append('format', format)
  return `/api/v1/audit?${parameters}`
}
