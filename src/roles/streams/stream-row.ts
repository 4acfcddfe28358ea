import Type from 'typebox'
import Value from 'typebox/value'
import type { StreamSettings } from '../../config/stream-settings.ts'
import type { Stream } from '../../store/streams.ts'
import type { Addresses } from './stream-addresses.ts'
import { shownAddress } from './stream-check.ts'

/** A stream as it is to be hosted, and who said so. */
export interface RegisteredStream {
  readonly origin: 'config' | 'added'
  /** As they were given, without `paused` for those that were added. */
  readonly settings: StreamSettings
  readonly isPaused: boolean
}

const kind = Type.String()
const paused = Type.Boolean()
/** What the store keeps of a stream in the column `settings`. */
const KeptSettings = Type.Union([
  // `pausedInFile`: what the settings file said when `paused` was said; once it says otherwise, it wins.
  Type.Object({ origin: Type.Literal('config'), kind, paused, pausedInFile: Type.Boolean() }),
  // `given`: all of its settings, its addresses as they may be shown.
  Type.Object({ origin: Type.Literal('added'), kind, paused, given: Type.Record(Type.String(), Type.Unknown()) })
])
export type KeptSettings = Type.Static<typeof KeptSettings>
export type StreamRow = Omit<Stream, 'site' | 'createdMs'>

/** Undefined for the row of a stream that is none of ours, such as a recording's. */
export function keptSettings({ settings }: Stream): KeptSettings | undefined {
  return Value.Check(KeptSettings, settings) ? settings : undefined
}

export function rowOf(name: string, { origin, settings, isPaused }: RegisteredStream): StreamRow {
  const shown = shownSettings(settings)
  const common = { kind: kindOf(settings), paused: isPaused }
  const kept: KeptSettings =
    origin === 'config'
      ? { origin, ...common, pausedInFile: settings.paused ?? false }
      : { origin, ...common, given: shown }
  return { name, title: settings.title ?? name, source: shown.source, settings: kept }
}

/** With addresses that anybody may read. */
export function shownSettings(settings: StreamSettings): StreamSettings {
  const { source, detectSource } = settings
  return {
    ...settings,
    source: shownAddress(source),
    ...(detectSource !== undefined && { detectSource: shownAddress(detectSource) })
  }
}

export function addressesOf({ source, detectSource }: StreamSettings): Addresses {
  return { source, ...(detectSource !== undefined && { detectSource }) }
}

/** What gives its pictures: `rtsp`, `http`, `hls`, `mjpeg`, `progressive`, `image`, `file`, `demo` or `push`. */
function kindOf({ source, kind }: StreamSettings): string {
  const scheme = /^([a-z]{2,}?)s?:/i.exec(source)?.[1]?.toLowerCase()
  return scheme === undefined ? 'file' : scheme === 'http' ? (kind ?? scheme) : scheme
}
