import Type, { type Static, type TSchema } from 'typebox'
import Value from 'typebox/value'
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { type ErrorCode, SightlineError } from './errors.ts'

/** A YAML text that matched its schema, and the lines its parts stand on. */
export interface CheckedYaml<Checked> {
  readonly value: Checked
  /** 1-based line of what `path` leads to, or of the nearest part around it that is there. */
  lineOf(path: readonly (string | number)[]): number
}

/**
 * Reads a YAML text against `schema`. Throws SightlineError with `code`; its message has one line for each
 * fault, `place:line: what is wrong`. A schema's `description` says what its values must be.
 */
export function parseCheckedYaml<Schema extends TSchema>(
  schema: Schema,
  text: string,
  place: string,
  code: ErrorCode
): CheckedYaml<Static<Schema>> {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const syntax = document.errors.map(error => `${place}:${lines.linePos(error.pos[0]).line}: ${error.message}`)
  if (syntax.length > 0) throw new SightlineError(code, syntax.join('\n'))

  const lineOf = (path: readonly (string | number)[]) => lines.linePos(offsetOf(document, path)).line
  let value: unknown
  try {
    value = document.toJS()
  } catch (cause) {
    throw new SightlineError(code, `${place}: ${(cause as Error).message}`, { cause }) // Aliases without an anchor, or far too many.
  }
  const faults = [...faultsOf(schema, value)]
  if (faults.length > 0) {
    throw new SightlineError(code, faults.map(({ path, message }) => `${place}:${lineOf(path)}: ${message}`).join('\n'))
  }
  return { value: value as Static<Schema>, lineOf }
}

interface Fault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

interface Keys {
  readonly properties?: object
  /** Where keys are names that somebody chose. */
  readonly patternProperties?: object
}

/** Characters of an unknown key in a message. */
const mostShown = 64

function* faultsOf(schema: TSchema, value: unknown): Generator<Fault> {
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
      for (const key of error.params.additionalProperties) {
        const shown = JSON.stringify(key.slice(0, mostShown)).slice(1, -1) + (key.length > mostShown ? '…' : '')
        yield { path: [...path, key], message: `unknown key \`${shown}\`; ${known}` }
      }
    } else if (error.keyword === 'required') {
      yield { path, message: `${name} lacks ${error.params.requiredProperties.map(key => `\`${key}\``).join(', ')}` }
    } else {
      const { description } = (at(schema, segments(error.schemaPath)) ?? {}) as { description?: string }
      const rule = description ? `must be ${description}` : error.message
      yield { path, message: `${name} is ${JSON.stringify(at(value, path)) ?? 'empty'}; it ${rule}` }
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

function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
    const key = path[length - 1]
    // The line of a key, not of its value: a list may begin a line below its key.
    const pair = isMap(parent) ? parent.items.find(item => isScalar(item.key) && item.key.value === key) : undefined
    const node = isNode(pair?.key) ? pair.key : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return node.range[0]
  }
  return isNode(document.contents) ? (document.contents.range?.[0] ?? 0) : 0
}

/** One of `values`, as a schema whose message lists them all. */
export function oneOf<const Values extends readonly string[]>(values: Values) {
  return Type.Enum(values, { description: `one of ${values.join(', ')}` })
}
