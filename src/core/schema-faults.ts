import type { TSchema } from 'typebox'
import Value from 'typebox/value'
import { redactUrl } from './redact.ts'

/** What is wrong with a value, and where in it. */
export interface Fault {
  readonly path: readonly (string | number)[]
  /** Says what must be there instead; passwords of what is there are left out. */
  readonly message: string
}

interface Keys {
  readonly properties?: object
  /** Where keys are names that somebody chose. */
  readonly patternProperties?: object
}

/** Characters of an unknown key, and of a value, in a message. */
const mostOfKey = 64
const mostOfValue = 200

/** Everything that keeps `value` from being as `schema` says. A schema's `description` says what its values must be. */
export function* faultsOf(schema: TSchema, value: unknown): Generator<Fault> {
  const errors = Value.Errors(schema, value)
  const unions = errors
    .filter(error => error.keyword === 'anyOf')
    .map(missed => ({ missed, meant: meantBranch(schema, value, missed) }))
  for (const error of errors) {
    // The `false` behind an unknown key repeats what its parent's error says.
    if (error.keyword === 'boolean' || !isTold(error, unions)) continue
    const path = segments(error.instancePath)
    const name = path.length === 0 ? 'the document' : `\`${path.join('.')}\``
    if (error.keyword === 'additionalProperties') {
      const { properties = {}, patternProperties } = (at(schema, segments(error.schemaPath)) ?? {}) as Keys
      const known = patternProperties
        ? `names here match ${Object.keys(patternProperties).join(' or ')}`
        : `known here: ${Object.keys(properties).join(', ')}`
      for (const key of error.params.additionalProperties)
        yield { path: [...path, key], message: `unknown key \`${shortened(quoted(key), mostOfKey)}\`; ${known}` }
    } else if (error.keyword === 'required') {
      yield { path, message: `${name} lacks ${error.params.requiredProperties.map(key => `\`${key}\``).join(', ')}` }
    } else {
      const { description } = (at(schema, segments(error.schemaPath)) ?? {}) as { description?: string }
      const rule = description ? `must be ${description}` : error.message
      yield { path, message: `${name} is ${shown(at(value, path), path.at(-1))}; it ${rule}` }
    }
  }
}

type ValueError = ReturnType<typeof Value.Errors>[number]

/**
 * Of a union that was missed, either its own error is told or those of one branch: of the branch that is a list or a
 * table as the value is, when it is the only such one. Says which branch that is.
 */
function meantBranch(schema: TSchema, value: unknown, missed: ValueError): number | undefined {
  const { anyOf = [] } = at(schema, segments(missed.schemaPath)) as { anyOf?: readonly { type?: string }[] }
  const given = at(value, segments(missed.instancePath))
  if (typeof given !== 'object' || given === null) return undefined
  const type = Array.isArray(given) ? 'array' : 'object'
  const fitting = anyOf.flatMap((branch, index) => (branch.type === type ? [index] : []))
  return fitting.length === 1 ? fitting[0] : undefined
}

function isTold(
  error: ValueError,
  unions: readonly { readonly missed: ValueError; readonly meant: number | undefined }[]
) {
  return unions.every(({ missed, meant }) => {
    if (error === missed) return meant === undefined
    const isBelow = `${error.instancePath}/`.startsWith(`${missed.instancePath}/`)
    const within = `${missed.schemaPath}/anyOf/`
    if (!isBelow || !error.schemaPath.startsWith(within)) return true
    return Number.parseInt(error.schemaPath.slice(within.length), 10) === meant
  })
}

const secretKey = /credential|password|secret|token/i

/** A value as it may be told: addresses without what opens them. */
function shown(value: unknown, key: string | number | undefined): string {
  const masked = (name: string, inner: unknown) => {
    if (secretKey.test(name) && inner !== null && typeof inner !== 'object') return '***'
    return typeof inner === 'string' ? redactUrl(inner) : inner
  }
  const text = JSON.stringify(value, (name, inner) => masked(name === '' ? String(key ?? '') : name, inner))
  return text === undefined ? 'empty' : shortened(text, mostOfValue)
}

function quoted(key: string): string {
  return JSON.stringify(redactUrl(key)).slice(1, -1)
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)}…` : text
}

/** A JSON pointer's parts (RFC 6901), with or without the `#` before it. */
function segments(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function at(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value)
}
