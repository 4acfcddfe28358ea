/** As much of JSON Schema as settings are said in. */
export interface SettingSchema {
  readonly type?: string
  readonly enum?: readonly string[]
  readonly const?: string
  readonly anyOf?: readonly SettingSchema[]
  readonly items?: SettingSchema | readonly SettingSchema[]
  readonly properties?: Readonly<Record<string, SettingSchema>>
  readonly patternProperties?: Readonly<Record<string, SettingSchema>>
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly pattern?: string
  /** What a value must be. */
  readonly description?: string
}

/** How a setting is filled in. */
export type SettingKind =
  | { readonly kind: 'switch' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'number'; readonly schema: SettingSchema }
  | { readonly kind: 'text'; readonly schema: SettingSchema }
  /** A size: a number of bytes, or a text such as `2TB`. */
  | { readonly kind: 'bytes'; readonly schema: SettingSchema }
  /** An age, a size, or both. */
  | { readonly kind: 'rule'; readonly age: SettingSchema; readonly size: SettingSchema }
  | { readonly kind: 'lines'; readonly schema: SettingSchema }
  /** Rules by a name that somebody chose and by what they are of: `yard clips 7d` in each line. */
  | { readonly kind: 'rules'; readonly of: readonly string[]; readonly rule: Extract<SettingKind, { kind: 'rule' }> }
  /** Lines that are an origin, and maybe `credentials`. */
  | { readonly kind: 'origins'; readonly schema: SettingSchema }
  /** Names that somebody chose, each with a text. */
  | { readonly kind: 'pairs' }
  | { readonly kind: 'json' }

/** The schema of a setting such as `live.maxFps`, in that of the whole file; undefined for none. */
export function schemaAt(schema: SettingSchema, key: string): SettingSchema | undefined {
  return key.split('.').reduce<SettingSchema | undefined>((within, name) => within?.properties?.[name], schema)
}

export function kindOf(schema: SettingSchema): SettingKind {
  const { type, anyOf = [], items } = schema
  if (type === 'boolean') return { kind: 'switch' }
  if (schema.enum) return { kind: 'choice', choices: schema.enum }
  if (anyOf.length > 0 && anyOf.every(each => each.const !== undefined))
    return { kind: 'choice', choices: anyOf.map(each => each.const!) }
  if (type === 'integer' || type === 'number') return { kind: 'number', schema }
  if (type === 'string') return { kind: 'text', schema }
  const [one, other] = anyOf
  if (one?.type === 'integer' && other?.type === 'string')
    return { kind: 'bytes', schema: { ...other, ...(schema.description && { description: schema.description }) } }
  const { keep, atMost } = other?.properties ?? {}
  if (one?.type === 'string' && keep && atMost) {
    const size = kindOf(atMost)
    if (size.kind === 'bytes') return { kind: 'rule', age: one, size: size.schema }
  }
  if (type === 'array' && items && 'type' in items && items.type === 'string') return { kind: 'lines', schema: items }
  if (type === 'array' && items && 'anyOf' in items) {
    const [origin, table] = items.anyOf ?? []
    if (origin?.type === 'string' && table?.properties?.credentials) return { kind: 'origins', schema: origin }
  }
  const inner = Object.values(schema.patternProperties ?? {})
  if (inner.length > 0 && inner.every(each => each.type === 'string')) return { kind: 'pairs' }
  const [table] = inner
  const [rule] = Object.values(table?.properties ?? {}).map(kindOf)
  if (inner.length === 1 && rule?.kind === 'rule')
    return { kind: 'rules', of: Object.keys(table?.properties ?? {}), rule }
  return { kind: 'json' }
}
