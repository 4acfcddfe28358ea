import Value from 'typebox/value'
import { StreamSettings } from '../../config/stream-settings.ts'
import { Name } from '../../contract/geometry.ts'
import { SightlineError } from '../../core/errors.ts'
import { redactUrl } from '../../core/redact.ts'
import { openSource, type SourceSurroundings } from '../../media/sources/open-source.ts'
import type { VideoSource } from '../../media/sources/source.ts'
import { measuresOf } from './stream-measures.ts'

const nobody: SourceSurroundings = {
  dialler: () => ({ dial: () => Promise.reject(new SightlineError('SL_CANCELLED', 'Nobody is dialled here.')) }),
  openDemo: nothing,
  openPushed: nothing
}

function nothing(title: string): VideoSource {
  return { title, connect: () => Promise.reject(new SightlineError('SL_CANCELLED', 'Nothing is opened here.')) }
}

/** @throws SL_OPTION_INVALID */
export function checkStreamName(name: unknown): string {
  if (Value.Check(Name, name)) return name
  throw new SightlineError(
    'SL_OPTION_INVALID',
    `${JSON.stringify(String(name).slice(0, 80))} is no name of a stream: it has up to 63 small letters, digits, "-" and "_", and begins with a letter or a digit.`
  )
}

/**
 * The settings of a stream that somebody adds: whole, with measures that make sense, and of a source that a stranger may
 * name. No message has what was given as an address.
 * @throws SL_OPTION_INVALID, SL_INPUT_REFUSED
 */
export function checkStreamSettings(name: string, settings: unknown): StreamSettings {
  if (!Value.Check(StreamSettings, settings)) {
    const [error] = Value.Errors(StreamSettings, settings)
    const where = error?.instancePath || '/'
    throw new SightlineError('SL_OPTION_INVALID', `The settings of ${name} are wrong at ${where}: ${error?.message}.`)
  }
  for (const url of [settings.source, settings.detectSource]) if (url !== undefined) openSource({ url }, nobody)
  measuresOf(settings, { stream: name, epoch: 1, aspect: 16 / 9, baseMs: 0 })
  return settings
}

/** An address as anybody may read it: without name and password, and without what cameras take as such in paths. */
export function shownAddress(address: string): string {
  const scheme = /^(rtsps?|https?):/i.exec(address)?.[0]
  if (scheme === undefined) return address
  try {
    return redactUrl(openSource({ url: address }, nobody).title)
  } catch {
    return scheme.toLowerCase()
  }
}
