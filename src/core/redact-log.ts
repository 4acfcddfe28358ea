import { maskParameters, redactUrl } from './redact.ts'

const mask = '***'
/** Fields whose value is a secret, or has one in it, whatever they hold: headers, settings, what libraries hang on errors. */
const secretField =
  /authori[sz]ation|cookie|passw(or)?d|passphrase|^pwd$|secret|token|credential|api[-_]?key|private[-_]?key|^key$|signature|session[-_]?id|stream[-_]?key/i
/** Field by field beyond these, nobody reads on; and a loop comes to its end. */
const most = { depth: 6, fields: 100, text: 8192, causes: 5 }

/** What secrets look like wherever they stand, in this order. */
const shapes: readonly [RegExp, (...found: string[]) => string][] = [
  [/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, address => redactUrl(address)],
  [/(?<=\/[^\s?]{0,512})\?[^\s]+/g, query => maskParameters(query)],
  [/\b(Bearer)\s+[\w.~+/=-]+/gi, (_, scheme) => `${scheme} ${mask}`],
  [/\b(Basic|Digest)\s+(?=\S*[A-Z0-9=])\S{6,}/g, (_, scheme) => `${scheme} ${mask}`],
  // Of an invitation, a link, a session, a token.
  [/\bsl[ilrt]_[\w-]+/g, () => mask],
  [/\beyJ[\w-]*\.[\w-]+\.[\w-]*/g, () => mask],
  [
    /(\b[\w-]*(?:passw(?:or)?d|passphrase|secret|token|api[-_]?key|credential|cookie|authorization)[\w-]*["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;&}]+)/gi,
    (_, name) => `${name}${mask}`
  ]
]

/** A text as it may be logged: rather too little of it than a secret. Idempotent. */
export function redactText(text: string): string {
  const cut = text.length > most.text ? `${text.slice(0, most.text)}…` : text
  return shapes.reduce((left, [shape, replace]) => left.replace(shape, replace), cut)
}

/**
 * What is logged beside a message, as it may be: texts without secrets, fields that hold one masked, errors as what they
 * are, say and come from alone. Libraries hang whole requests on theirs.
 */
export function redactFacts(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return fieldsOf(facts, 0)
}

function fieldsOf(facts: Readonly<Record<string, unknown>>, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts)
      .slice(0, most.fields)
      .map(([name, value]) => [name, secretField.test(name) && value != null ? mask : redacted(value, depth + 1)])
  )
}

function redacted(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Error) return errorFacts(value, most.causes)
  if (value instanceof Date) return value
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`
  if (depth > most.depth) return '…'
  if (Array.isArray(value)) return value.slice(0, most.fields).map(item => redacted(item, depth + 1))
  return fieldsOf(value as Record<string, unknown>, depth)
}

function errorFacts(error: Error, causes: number): Record<string, unknown> {
  const { name, message, stack, cause } = error
  const { code } = error as { readonly code?: unknown }
  return {
    type: redactText(name),
    ...(typeof code === 'string' && { code: redactText(code) }),
    message: redactText(message),
    ...(stack !== undefined && { stack: redactText(stack) }),
    ...(cause !== undefined && causes > 0 && { cause: causeFacts(cause, causes - 1) })
  }
}

function causeFacts(cause: unknown, causes: number): unknown {
  return cause instanceof Error ? errorFacts(cause, causes) : redacted(cause, most.depth)
}
