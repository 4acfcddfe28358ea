import Type, { type Static, type TSchema } from 'typebox'
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { type ErrorCode, SightlineError } from './errors.ts'
import { faultsOf } from './schema-faults.ts'

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
  if (holdsItself(value)) throw new SightlineError(code, `${place}: an alias names what is around it.`)
  const faults = [...faultsOf(schema, value)]
  if (faults.length > 0) {
    throw new SightlineError(code, faults.map(({ path, message }) => `${place}:${lineOf(path)}: ${message}`).join('\n'))
  }
  return { value: value as Static<Schema>, lineOf }
}

function holdsItself(value: unknown, around: readonly object[] = []): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (around.includes(value)) return true
  return Object.values(value).some(inner => holdsItself(inner, [...around, value]))
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
