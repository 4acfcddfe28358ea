import { type ErrorCode, SightlineError } from '../../core/errors.ts'

/** A longer message is not read. */
const mostCharacters = 16_384

/** A compiled schema, as far as messages need it. */
interface Shape<Message> {
  Check(value: unknown): value is Message
  Errors(value: unknown): readonly { readonly instancePath: string; readonly message: string }[]
}

/**
 * A client's message by the shape that its `type` asks for; undefined is none that is known. Throws `code`, naming what
 * is wrong.
 */
export function readMessage<Message>(
  text: string,
  code: ErrorCode,
  shapeOf: (type: unknown) => Shape<Message> | undefined
): Message {
  if (text.length > mostCharacters) throw notUnderstood(code, `It has more than ${mostCharacters} characters.`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw notUnderstood(code, 'It is no JSON.')
  }
  const shape = shapeOf((value as { type?: unknown } | null)?.type)
  if (!shape) throw notUnderstood(code, 'Its `type` is none that is known here.')
  if (shape.Check(value)) return value
  const [first] = shape.Errors(value)
  throw notUnderstood(code, `\`${first?.instancePath || '/'}\` ${first?.message ?? 'is wrong'}.`)
}

export function notUnderstood(code: ErrorCode, why: string): SightlineError {
  return new SightlineError(code, `This message was not understood. ${why}`)
}
