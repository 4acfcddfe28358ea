import Type, { type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import Value from 'typebox/value'
import { Event, eventVersion } from '../contract/event.ts'
import {
  EventRecord,
  isIdOf,
  type LogRecord,
  LookRecord,
  type RecordType,
  SampleRecord,
  TrackRecord,
  TrajectoryHeadRecord,
  TrajectoryRecord
} from '../contract/record.ts'
import { type ErrorCode, SightlineError } from '../core/errors.ts'
import { chunkOf, measureOf } from './log-sink-rows.ts'

/** Of labels and names of measures: both are parts of keys, which PostgreSQL wants below 2,700 bytes. */
const maxNameCharacters = 256
/** PostgreSQL's `integer`. */
const maxInteger = 2 ** 31 - 1
/** From year 1 to 9999, what RFC 3339 can write. */
const firstMs = -62_135_596_800_000
const lastMs = 253_402_300_799_999

const schemas = {
  event: EventRecord,
  track: TrackRecord,
  look: LookRecord,
  'trajectory-head': TrajectoryHeadRecord,
  trajectory: TrajectoryRecord,
  sample: SampleRecord
} satisfies Record<RecordType, TSchema>

const eventShell = Type.Object({ ...EventRecord.properties, body: Type.Object({}) }, { additionalProperties: false })
const compiled = new Map<string, { Check(value: unknown): boolean }>(
  Object.entries(schemas).map(([type, schema]) => [
    type,
    // An event's body is checked by its kind: one of many alternatives would be tried after another.
    Compile(type === 'event' ? eventShell : (schema as TSchema))
  ])
)
const kinds = new Map<string, { Check(value: unknown): boolean }>(
  Event.anyOf.map(schema => [schema.properties.kind.const, Compile(schema)])
)

/**
 * Why a record cannot be kept, or undefined. What passes fits both databases' columns, whatever wrote it:
 * SL_RECORD_VERSION for an event of a later contract, SL_RECORD_KIND_UNKNOWN, SL_RECORD_INVALID for the rest.
 */
export function faultOf(record: LogRecord): SightlineError | undefined {
  const version = (record as { readonly body?: { readonly version?: unknown } }).body?.version
  if (record.type === 'event' && typeof version === 'number' && version > eventVersion) {
    const text = `Event ${shown(record.id)} has version ${version} of the contract, and this Sightline knows up to ${eventVersion}: update it, then replay the dead letter.`
    return new SightlineError('SL_RECORD_VERSION', text)
  }
  const schema = compiled.get(record.type)
  if (!schema) return refused(record, `is of the unknown type ${shown(record.type)}`, 'SL_RECORD_KIND_UNKNOWN')
  if (!schema.Check(record)) return refused(record, `breaks the contract at ${firstFault(record)}`)
  if (record.type === 'event') {
    const kind = kinds.get(record.body.kind)
    if (!kind) return refused(record, `is of the unknown kind ${shown(record.body.kind)}`, 'SL_RECORD_KIND_UNKNOWN')
    if (!kind.Check(record.body)) return refused(record, `breaks the contract at ${firstFault(record)}`)
  }
  const fault = valueFault(record) ?? bodyFaults[record.type](record as never)
  return fault === undefined ? undefined : refused(record, fault)
}

function refused(record: LogRecord, what: string, code: ErrorCode = 'SL_RECORD_INVALID'): SightlineError {
  return new SightlineError(code, `Record ${shown(record.id)} ${what}: it cannot be kept.`)
}

function firstFault(record: LogRecord): string {
  return Value.Errors(schemas[record.type], record)[0]?.instancePath || '/'
}

/** Texts that PostgreSQL or UTF-8 cannot hold, numbers beyond the columns. */
function valueFault({ id, epoch, atMs }: LogRecord): string | undefined {
  if (!isText(id) || id.includes('\n')) return 'has characters in its id that no database keeps'
  if (epoch > maxInteger) return `has the epoch ${epoch}, beyond ${maxInteger}`
  return isTime(atMs) ? undefined : `is of the time ${atMs}, beyond the years 1 to 9999`
}

const bodyFaults: {
  readonly [Type in RecordType]: (record: Extract<LogRecord, { type: Type }>) => string | undefined
} = {
  event: ({ id, stream, epoch, body }) => {
    if (body.id !== id || body.stream !== stream || body.epoch !== epoch) return 'is not the event that it holds'
    if (!isIdOf(id, stream, epoch)) return `has an id that is not of ${stream}/${epoch}`
    if ('label' in body && !isName(body.label)) return 'has a label that is too long or no text'
    if ('trackId' in body && body.trackId > maxInteger) return `is of track ${body.trackId}, beyond ${maxInteger}`
    if (body.frame > maxInteger) return `is of frame ${body.frame}, beyond ${maxInteger}`
    if (!Number.isSafeInteger(body.ptsMs)) return `is of the media time ${body.ptsMs}`
    return measureOf(id, stream, epoch).length > maxNameCharacters ? 'has a measure whose name is too long' : undefined
  },
  track: ({ id, stream, epoch, body }) => {
    if (id !== `${stream}/${epoch}/${body.trackId}`) return 'is not the track that it holds'
    if (!isName(body.label)) return 'has a label that is too long or no text'
    if (body.trackId > maxInteger || body.detections > maxInteger) return `counts beyond ${maxInteger}`
    return Number.isSafeInteger(body.firstPtsMs) && Number.isSafeInteger(body.lastPtsMs) ? undefined : 'has no times'
  },
  look: ({ id, stream, epoch, body }) => {
    if (id !== `${stream}/${epoch}/${body.trackId}`) return 'is not of the track that it names'
    if (!isName(body.label) || !isText(body.model)) return 'has a label or a model that is too long or no text'
    if (body.trackId > maxInteger) return `is of track ${body.trackId}, beyond ${maxInteger}`
    return Number.isSafeInteger(body.firstPtsMs) && Number.isSafeInteger(body.lastPtsMs) ? undefined : 'has no times'
  },
  'trajectory-head': ({ id, stream, epoch }) => (id === `${stream}/${epoch}` ? undefined : 'is of another stream'),
  trajectory: ({ id, stream, epoch, body, bytes }) => {
    if (chunkOf(id, stream, epoch) === undefined) return 'has an id that is no chunk of its stream'
    if (!(bytes instanceof Uint8Array)) return 'has no bytes'
    return body.frames > maxInteger || body.points > maxInteger ? `counts beyond ${maxInteger}` : undefined
  },
  sample: ({ atMs, body }) => {
    if (atMs % 60_000 !== 0) return `is of ${atMs}, which begins no minute`
    if (!isName(body.measure) || !isName(body.name)) return 'has names that are no text'
    return body.count > maxInteger ? `counts beyond ${maxInteger}` : undefined
  }
}

function isName(text: string): boolean {
  return text.length <= maxNameCharacters && isText(text)
}

/** PostgreSQL keeps no NUL, and half a surrogate pair comes back as another character. */
function isText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function isTime(ms: number): boolean {
  return ms >= firstMs && ms <= lastMs
}

/** A value as a message shows it: short, whatever it is. */
function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return `“${text.length > 120 ? `${text.slice(0, 120)}…` : text}”`
}
