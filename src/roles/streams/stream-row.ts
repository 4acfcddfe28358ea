import { createHash } from 'node:crypto'
import Type from 'typebox'
import Value from 'typebox/value'
import type { StreamSettings } from '../../config/stream-settings.ts'
import type { StreamFacts } from '../../live/stream-control.ts'
import type { Stream } from '../../store/streams.ts'
import { shownAddress } from './stream-check.ts'
import type { Addresses, StreamSecrets } from './stream-secrets.ts'

/** A stream as it is to be hosted, and who said so. */
export interface RegisteredStream {
  readonly origin: 'config' | 'added'
  /** As they hold, without `paused` for those that were added. */
  readonly settings: StreamSettings
  readonly isPaused: boolean
  /** Of the settings file: what it says, where something else was said of it while we ran. */
  readonly over?: { readonly inFile: StreamSettings; readonly change: StreamFacts }
}

const kind = Type.String()
const paused = Type.Boolean()
const Facts = Type.Record(Type.String(), Type.Unknown())
/** Addresses with what opens them, sealed. */
const sealed = Type.Optional(Type.String())
/** What the store keeps of a stream in the column `settings`; addresses as they may be shown. */
const KeptSettings = Type.Union([
  Type.Object({
    origin: Type.Literal('config'),
    kind,
    paused,
    /** What the settings file said when `paused` was said; once it says otherwise, it wins. */
    pausedInFile: Type.Boolean(),
    /** What was said over the file's entry, which is in the seal. */
    change: Type.Optional(Facts),
    sealed
  }),
  Type.Object({ origin: Type.Literal('added'), kind, paused, given: Facts, sealed })
])
export type KeptSettings = Type.Static<typeof KeptSettings>
export type StreamRow = Omit<Stream, 'site' | 'createdMs'>

/** Undefined for the row of a stream that is none of ours, such as a recording's. */
export function keptSettings({ settings }: Pick<Stream, 'settings'>): KeptSettings | undefined {
  return Value.Check(KeptSettings, settings) ? settings : undefined
}

/** @param before the row so far: what it has sealed stays as it is where it holds the same */
export function rowOf(
  name: string,
  { origin, settings, isPaused, over }: RegisteredStream,
  secrets: StreamSecrets,
  before: KeptSettings | undefined
): StreamRow {
  const shown = shownSettings(settings)
  const common = { kind: kindOf(settings), paused: isPaused }
  const kept: KeptSettings =
    origin === 'added'
      ? { origin, ...common, given: shown, sealed: secrets.close(name, addressesOf(settings), before?.sealed) }
      : {
          origin,
          ...common,
          pausedInFile: (over?.inFile ?? settings).paused ?? false,
          ...keptChange(name, over, secrets, before)
        }
  return { name, title: settings.title ?? name, source: shown.source, settings: kept }
}

function keptChange(
  name: string,
  over: RegisteredStream['over'],
  secrets: StreamSecrets,
  before: KeptSettings | undefined
): Pick<KeptSettings, 'sealed'> & { readonly change?: StreamFacts } {
  if (!over) return {}
  const { inFile, change } = over
  const kept = { ...change, ...shownAddresses(addressesOf(change)) }
  return {
    change: kept,
    sealed: secrets.close(name, { entry: entryOf(inFile, change), ...addressesOf(change) }, before?.sealed)
  }
}

/**
 * A mark of what the settings file says of a stream: another one means that somebody has changed it there. A password alone
 * that is another one there is no such change, unless the address was said otherwise since.
 */
export function entryOf(inFile: StreamSettings, change: StreamFacts): string {
  const { paused: _, ...said } = 'source' in change || 'detectSource' in change ? inFile : shownSettings(inFile)
  const sorted = Object.fromEntries(Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1)))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url')
}

/** With addresses that anybody may read. */
export function shownSettings(settings: StreamSettings): StreamSettings {
  return { ...settings, ...shownAddresses(addressesOf(settings)) }
}

function shownAddresses(addresses: Addresses): Addresses {
  return Object.fromEntries(Object.entries(addresses).map(([key, address]) => [key, shownAddress(address)]))
}

/** Those that are there. */
function addressesOf({ source, detectSource }: StreamFacts): Addresses {
  return {
    ...(typeof source === 'string' && { source }),
    ...(typeof detectSource === 'string' && { detectSource })
  }
}

/** What gives its pictures: `rtsp`, `http`, `hls`, `mjpeg`, `progressive`, `image`, `file`, `demo` or `push`. */
function kindOf({ source, kind }: StreamSettings): string {
  const scheme = /^([a-z]{2,}?)s?:/i.exec(source)?.[1]?.toLowerCase()
  return scheme === undefined ? 'file' : scheme === 'http' ? (kind ?? scheme) : scheme
}
