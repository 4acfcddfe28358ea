import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

const utf8 = new TextDecoder()

/** One field of a protobuf message, with the very bytes it was read from. */
export interface WireField {
  readonly number: number
  readonly type: WireType
  /** Tag and value as they stood in the file. */
  readonly raw: Uint8Array
}

/**
 * Splits a message into its fields, in file order, without knowing its schema. Nothing is copied:
 * the fields are views of `bytes`. Throws (RangeError and the like) when this is no protobuf message.
 */
export function readMessage(bytes: Uint8Array): WireField[] {
  const reader = new BinaryReader(bytes)
  const fields: WireField[] = []
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [number, type] = reader.tag()
    reader.skip(type, number)
    fields.push({ number, type, raw: bytes.subarray(start, reader.pos) })
  }
  return fields
}

/** Puts fields back together. `writeMessage(readMessage(bytes))` equals `bytes`, unknown fields included. */
export function writeMessage(fields: readonly WireField[]): Uint8Array {
  return joined(fields.map(field => field.raw))
}

/** What stands between a length-delimited field's length and its end. */
export function payload(field: WireField): Uint8Array {
  if (field.type !== WireType.LengthDelimited) throw new RangeError(`field ${field.number} is not length-delimited`)
  const reader = new BinaryReader(field.raw)
  reader.tag()
  return reader.bytes()
}

export function text(field: WireField): string {
  return utf8.decode(payload(field))
}

/** The value of a varint field as a signed 64-bit integer. */
export function integer(field: WireField): bigint {
  if (field.type !== WireType.Varint) throw new RangeError(`field ${field.number} is not a varint`)
  const reader = new BinaryReader(field.raw)
  reader.tag()
  return BigInt(reader.int64())
}

/** All integers of a repeated integer field, whether packed or not. */
export function integers(fields: readonly WireField[], number: number): bigint[] {
  const values: bigint[] = []
  for (const field of fields) {
    if (field.number !== number) continue
    if (field.type === WireType.Varint) {
      values.push(integer(field))
      continue
    }
    const reader = new BinaryReader(payload(field))
    while (reader.pos < reader.len) values.push(BigInt(reader.int64()))
  }
  return values
}

/**
 * The fields of the sub-message `number`, or undefined when it is absent. One that is written more than
 * once counts as all of its parts together, as protobuf lays down: nothing can hide in a second copy.
 */
export function subMessage(fields: readonly WireField[], number: number): WireField[] | undefined {
  const parts = fields.filter(field => field.number === number)
  return parts.length === 0 ? undefined : parts.flatMap(part => readMessage(payload(part)))
}

/** The fields of every element of the repeated sub-message `number`. */
export function subMessages(fields: readonly WireField[], number: number): WireField[][] {
  return fields.filter(field => field.number === number).map(field => readMessage(payload(field)))
}

/** The last value of a text field (the last one counts in protobuf), or ''. */
export function textOf(fields: readonly WireField[], number: number): string {
  const field = fields.findLast(candidate => candidate.number === number)
  return field ? text(field) : ''
}

/** The last value of an integer field, or undefined. */
export function integerOf(fields: readonly WireField[], number: number): number | undefined {
  const field = fields.findLast(candidate => candidate.number === number)
  return field ? Number(integer(field)) : undefined
}

export function bytesField(number: number, value: Uint8Array): WireField {
  return lengthDelimited(number, [value])
}

export function textField(number: number, value: string): WireField {
  return bytesField(number, new TextEncoder().encode(value))
}

export function integerField(number: number, value: number | bigint): WireField {
  const raw = new BinaryWriter().tag(number, WireType.Varint).int64(value.toString()).finish()
  return { number, type: WireType.Varint, raw }
}

export function messageField(number: number, fields: readonly WireField[]): WireField {
  return lengthDelimited(
    number,
    fields.map(field => field.raw)
  )
}

function lengthDelimited(number: number, parts: readonly Uint8Array[]): WireField {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).finish()
  return { number, type: WireType.LengthDelimited, raw: joined([head, ...parts]) }
}

/** In one allocation: a model's weights are most of it, and a writer that grows copies them again and again. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
