import { isSame } from './same-value.ts'

/** A setting, and what it is to be. Null is as usual. */
export interface Wish {
  readonly key: string
  readonly now: unknown
  readonly value: unknown
}

type Table = Readonly<Record<string, unknown>>

/** Wishes as the server takes them: a merge patch (RFC 7396) of the settings file. */
export function patchOf(wishes: readonly Wish[]): Table {
  return wishes.reduce<Table>((patch, { key, now, value }) => put(patch, key.split('.'), merging(now, value)), {})
}

function put(table: Table, [name = '', ...rest]: readonly string[], value: unknown): Table {
  if (rest.length === 0) return { ...table, [name]: value }
  return { ...table, [name]: put((table[name] ?? {}) as Table, rest, value) }
}

/** What makes `now` into `value`: of tables, what is gone is said as null. */
function merging(now: unknown, value: unknown): unknown {
  if (!isTable(value) || !isTable(now)) return value
  const gone = Object.keys(now).filter(name => !Object.hasOwn(value, name))
  const there = Object.entries(value)
    .filter(([name, inner]) => !isSame(now[name], inner))
    .map(([name, inner]) => [name, merging(now[name], inner)])
  return Object.fromEntries([...gone.map(name => [name, null]), ...there])
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * What a refusal says of each setting, by its key; what is about a section (`retention.disk: …`) at all of it that was to be
 * changed; under `''` what is about none that is known.
 */
export function faultsByKey(
  message: string,
  keys: readonly string[],
  changed: readonly string[]
): ReadonlyMap<string, string> {
  const faults = new Map<string, string>()
  for (const line of message.split('\n').filter(Boolean)) {
    const said = line.replaceAll('/', '.')
    const [named] = keys.filter(key => said.includes(key)).sort((one, other) => other.length - one.length)
    const [section = ''] = /^[a-zA-Z]+(?:\.[a-zA-Z]+)*(?=: )/.exec(line) ?? []
    const below = changed.filter(key => section !== '' && key.startsWith(`${section}.`))
    for (const key of named !== undefined ? [named] : below.length > 0 ? below : [''])
      faults.set(key, faults.has(key) ? `${faults.get(key)} ${line}` : line)
  }
  return faults
}
