import { settings } from '../../strings/settings.ts'
import { type NamedRule, rulesIn, rulesText } from './named-rules.ts'
import type { SettingKind, SettingSchema } from './setting-kind.ts'

/** What somebody has written for a setting: a value of it, or why it is none. Null is as usual. */
export type Read = { readonly value: unknown } | { readonly fault: string }

const { must } = settings

/** A value of a setting as it is filled in; empty for none. */
export function textOf(kind: SettingKind, value: unknown): string {
  if (value === null || value === undefined) return ''
  switch (kind.kind) {
    case 'lines':
      return Array.isArray(value) ? value.join('\n') : ''
    case 'origins':
      return Array.isArray(value) ? value.map(originText).join('\n') : ''
    case 'pairs':
      return Object.entries(value)
        .map(([name, subject]) => `${name} = ${subject}`)
        .join('\n')
    case 'rule':
      return ruleText(value)
    case 'rules':
      return rulesText(rulesOf(value))
    case 'json':
      return JSON.stringify(value, null, 2)
    default:
      return String(value)
  }
}

/** What was filled in, read as the setting is. Nothing is as usual. What goes with what only the server knows. */
export function readText(kind: SettingKind, given: string): Read {
  const text = given.trim()
  if (text === '') return { value: null }
  switch (kind.kind) {
    case 'switch':
      return { value: text === 'true' }
    case 'choice':
      return { value: text }
    case 'number':
      return readNumber(kind.schema, text)
    case 'text':
      return fits(kind.schema, text) ? { value: text } : { fault: mustBe(kind.schema) }
    case 'bytes':
      return readBytes(kind.schema, text)
    case 'rule':
      return readRule(kind, text)
    case 'rules':
      return readRules(kind, text)
    case 'lines':
      return readLines(text, line => (fits(kind.schema, line) ? { value: line } : undefined), kind.schema)
    case 'origins':
      return readLines(text, line => readOrigin(kind.schema, line), kind.schema)
    case 'pairs':
      return readPairs(text)
    case 'json':
      return readJson(text)
  }
}

function readNumber({ type, minimum, maximum }: SettingSchema, text: string): Read {
  // In many languages the point is a comma.
  const value = Number(/^-?\d+,\d+$/.test(text) ? text.replace(',', '.') : text)
  if (!Number.isFinite(value)) return { fault: type === 'integer' ? must.integer : must.number }
  if (type === 'integer' && !Number.isInteger(value)) return { fault: must.integer }
  if (minimum !== undefined && value < minimum) return { fault: must.atLeast(String(minimum)) }
  if (maximum !== undefined && value > maximum) return { fault: must.atMost(String(maximum)) }
  return { value }
}

function readBytes(schema: SettingSchema, text: string): Read {
  if (/^\d{1,15}$/.test(text)) return { value: Number(text) }
  return fits(schema, text) ? { value: text } : { fault: mustBe(schema) }
}

function readRule({ age, size }: Extract<SettingKind, { kind: 'rule' }>, text: string): Read {
  const parts = text.split(',').map(part => part.trim())
  const ages = parts.filter(part => fits(age, part))
  const sizes = parts.filter(part => !fits(age, part)).map(part => readBytes(size, part))
  const [most] = sizes
  if (ages.length > 1 || sizes.length > 1 || (most && 'fault' in most))
    return { fault: must.be(`${age.description}; ${size.description}`) }
  if (!most) return { value: ages[0] }
  return { value: { ...(ages[0] !== undefined && { keep: ages[0] }), atMost: most.value } }
}

function ruleText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const { keep, atMost } = value as { readonly keep?: string; readonly atMost?: string | number }
  return [keep, atMost].filter(part => part !== undefined).join(', ')
}

function rulesOf(value: unknown): readonly NamedRule[] {
  return Object.entries(value as Readonly<Record<string, Readonly<Record<string, unknown>>>>).flatMap(([name, table]) =>
    Object.entries(table).map(([of, rule]) => ({ name, of, rule: ruleText(rule) }))
  )
}

function readRules({ of: known, rule }: Extract<SettingKind, { kind: 'rules' }>, text: string): Read {
  const tables: Record<string, Record<string, unknown>> = {}
  for (const { name, of, rule: said } of rulesIn(text)) {
    if (name === '' || !known.includes(of) || said.trim() === '') return { fault: must.whole }
    const read = readRule(rule, said)
    if ('fault' in read) return read
    const table = (tables[name] ??= {})
    if (Object.hasOwn(table, of)) return { fault: must.once(name) }
    table[of] = read.value
  }
  return { value: tables }
}

function readLines(
  text: string,
  read: (line: string) => { readonly value: unknown } | undefined,
  schema: SettingSchema
): Read {
  const lines = text
    .split('\n')
    .map(line => line.trim())
    .filter(Boolean)
  const values = lines.map(read)
  const wrong = values.indexOf(undefined)
  if (wrong >= 0) return { fault: must.line(lines[wrong]!, schema.description ?? must.fit) }
  return { value: values.map(each => each!.value) }
}

function originText(value: unknown): string {
  if (typeof value === 'string') return value
  const { origin, credentials } = value as { readonly origin: string; readonly credentials?: boolean }
  return credentials ? `${origin} credentials` : origin
}

function readOrigin(schema: SettingSchema, line: string): { readonly value: unknown } | undefined {
  const [, origin = '', credentials] = /^(\S+?)(\s+credentials)?$/.exec(line) ?? []
  if (!fits(schema, origin)) return undefined
  return { value: credentials ? { origin, credentials: true } : origin }
}

function readPairs(text: string): Read {
  const pairs: [string, string][] = []
  for (const line of text.split('\n').filter(each => each.trim() !== '')) {
    const [, name, subject] = /^\s*([^\s=]+)\s*=\s*(\S.*?)\s*$/.exec(line) ?? []
    if (name === undefined || subject === undefined) return { fault: must.pair(line.trim()) }
    pairs.push([name, subject])
  }
  return { value: Object.fromEntries(pairs) }
}

function readJson(text: string): Read {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return { fault: must.json }
  }
}

function fits({ pattern, maxLength }: SettingSchema, text: string): boolean {
  if (maxLength !== undefined && text.length > maxLength) return false
  return pattern === undefined || new RegExp(pattern, 'u').test(text)
}

function mustBe({ description }: SettingSchema): string {
  return description === undefined ? must.fit : must.be(description)
}
