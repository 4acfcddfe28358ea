import Type from 'typebox'
import Compile from 'typebox/compile'
import { Event, eventVersion } from '../contract/event.ts'
import { isIdOf, LogRecord, type RecordType, recordVersion, type TrajectoryRecord } from '../contract/record.ts'
import { SightlineError } from '../core/errors.ts'
import { type LogRow, packRow } from './log-row.ts'

/** How large one record may be. */
export interface RecordLimits {
  /** Bytes of its body as JSON. Default 256 KiB: an event that needs more is not an event. */
  readonly maxBodyBytes?: number
  /** `bytes` of a trajectory. Default 8 MiB, of which a minute of 1,000 tracks needs half. */
  readonly maxBytes?: number
}

/** Compiled, because every record passes here: 0.2 µs an event where the interpreter takes 20. */
const records = new Map(
  LogRecord.anyOf.map(({ properties }) => {
    const type: string = properties.type.const
    // An event's body is checked by its kind.
    const body = type === 'event' ? Type.Unknown() : properties.body
    return [type, Compile(Type.Object({ ...properties, body }, { additionalProperties: false }))]
  })
)
const events = new Map(Event.anyOf.map(schema => [schema.properties.kind.const as string, Compile(schema)]))
const readable = /^[^\p{Cc}\p{Cs}]+$/u

/** `only`: the one stream and epoch that a job's log takes. */
export type RecordOrigin = Pick<LogRecord, 'stream' | 'epoch'>

/**
 * The record as the log keeps it. Throws SL_RECORD_INVALID, SL_RECORD_KIND_UNKNOWN, SL_RECORD_VERSION or
 * SL_RECORD_TOO_LARGE: none of them would be taken later.
 */
export function admitRecord(
  record: LogRecord,
  { maxBodyBytes = 262_144, maxBytes = 8_388_608 }: RecordLimits = {},
  only?: RecordOrigin
): LogRow {
  const shape = records.get(record?.type)
  if (!shape)
    throw refused('SL_RECORD_KIND_UNKNOWN', `A record of type ${show(record?.type)}`, 'is not known to this version')
  const given: unknown = record
  if (!shape.Check(given)) throw refused('SL_RECORD_INVALID', `The record ${show(record.id)}`, fault(shape, given))
  const { type, id, stream, epoch, atMs } = record
  // Made for a refusal alone: records pass here by the thousand.
  const named = () => `The ${type} ${show(id)}`
  if (type === 'event') checkEvent(record.body, named)
  const due = expectedId(record)
  if (due === undefined ? !isIdOf(id, stream, epoch) : id !== due)
    throw refused('SL_RECORD_INVALID', named(), `must have an id that is ${due ?? `${stream}/${epoch}/…`}`)
  if (!readable.test(id)) throw refused('SL_RECORD_INVALID', named(), 'has control characters in its id')
  if (only && (only.stream !== stream || only.epoch !== epoch))
    throw refused(
      'SL_RECORD_INVALID',
      named(),
      `is not of stream ${only.stream} and epoch ${only.epoch}, as its log is`
    )
  const body = JSON.stringify(record.body)
  // A UTF-16 unit is at most 3 bytes of UTF-8, so most bodies need no counting.
  if (body.length * 3 > maxBodyBytes && Buffer.byteLength(body) > maxBodyBytes)
    throw refused('SL_RECORD_TOO_LARGE', named(), `has a body of over ${maxBodyBytes} bytes`)
  const bytes = type === 'trajectory' ? trajectoryBytes(record, named, maxBytes) : undefined
  return packRow({ type, id, stream, epoch, atMs, version: recordVersion, body }, bytes)
}

function checkEvent(body: Event, named: () => string): void {
  const { version, kind } = Object(body) as Partial<Event>
  if (typeof version === 'number' && version > eventVersion)
    throw refused('SL_RECORD_VERSION', named(), `has version ${version}, and ${eventVersion} is the newest known here`)
  const shape = events.get(kind as string)
  if (!shape) throw refused('SL_RECORD_KIND_UNKNOWN', named(), `is of kind ${show(kind)}, which is not known here`)
  if (!shape.Check(body)) throw refused('SL_RECORD_INVALID', named(), fault(shape, body))
}

/** Undefined where the contract leaves the id's end to the record. */
function expectedId(record: LogRecord): string | undefined {
  const { stream, epoch } = record
  if (record.type === 'event') {
    const { body } = record
    return body.stream === stream && body.epoch === epoch && isIdOf(body.id, stream, epoch)
      ? body.id
      : `its event's own, of stream ${stream} and epoch ${epoch}`
  }
  if (record.type === 'track' || record.type === 'look') return `${stream}/${epoch}/${record.body.trackId}`
  if (record.type === 'trajectory-head') return `${stream}/${epoch}`
  return undefined
}

function trajectoryBytes({ bytes }: TrajectoryRecord, named: () => string, maxBytes: number): Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw refused('SL_RECORD_INVALID', named(), 'has no bytes')
  if (bytes.byteLength > maxBytes)
    throw refused('SL_RECORD_TOO_LARGE', named(), `has ${bytes.byteLength} bytes, over the limit of ${maxBytes}`)
  return bytes
}

type Shape = { Errors(value: unknown): { instancePath: string; message: string }[] }

function fault(shape: Shape, value: unknown): string {
  const [first] = shape.Errors(value)
  return `is not as the contract says: ${first?.instancePath || 'it'} ${first?.message ?? 'is wrong'}`
}

function refused(
  code: 'SL_RECORD_INVALID' | 'SL_RECORD_KIND_UNKNOWN' | 'SL_RECORD_VERSION' | 'SL_RECORD_TOO_LARGE',
  what: string,
  why: string
): SightlineError {
  return new SightlineError(code, `${what} ${why}: the log did not take it. Correct the program that made it.`)
}

/** Enough of a value to find it by. */
function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}

export type { RecordType }
