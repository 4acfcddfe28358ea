import type { StreamSettings } from '../../config/stream-settings.ts'
import { SightlineError } from '../../core/errors.ts'
import type { StreamFacts } from '../../live/stream-control.ts'
import { checkStreamSettings } from './stream-check.ts'
import { type RegisteredStream, shownSettings } from './stream-row.ts'

export function addedStream({ paused, ...settings }: StreamSettings): RegisteredStream {
  return { origin: 'added', settings, isPaused: paused ?? false }
}

export function asHosted({ settings: { paused: _said, ...settings }, isPaused }: RegisteredStream): StreamSettings {
  return isPaused ? { ...settings, paused: true } : settings
}

/**
 * A stream with a JSON merge patch (RFC 7396) of the first level. An address as it was shown is the one that it stands for.
 * @throws SL_OPTION_INVALID, SL_INPUT_REFUSED
 */
export function changed(name: string, known: RegisteredStream, patch: unknown): RegisteredStream {
  const change = patchOf(name, known, patch)
  if (known.origin === 'added') {
    const settings = withoutNulls({ ...asHosted(known), ...change })
    return addedStream(checkStreamSettings(name, settings, known.settings))
  }
  const { paused, ...said } = change
  const isPaused = paused === null ? false : (paused ?? known.isPaused)
  if (typeof isPaused !== 'boolean')
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `The settings of ${name} are wrong. /paused: it must be true or false.`
    )
  const { inFile, change: before } = known.over ?? { inFile: known.settings, change: {} }
  return { origin: 'config', isPaused, ...overFile(name, inFile, { ...before, ...said }) }
}

/** What the settings file says of a stream, with what was said over it. @throws SL_OPTION_INVALID, SL_INPUT_REFUSED */
export function overFile(
  name: string,
  inFile: StreamSettings,
  change: StreamFacts
): Pick<RegisteredStream, 'settings' | 'over'> {
  if (Object.keys(change).length === 0) return { settings: inFile }
  return {
    settings: checkStreamSettings(name, withoutNulls({ ...inFile, ...change }), inFile),
    over: { inFile, change }
  }
}

function patchOf(name: string, { settings }: RegisteredStream, patch: unknown): StreamFacts {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch))
    throw new SightlineError('SL_OPTION_INVALID', `The change of ${name} is no table of settings.`)
  const shown = shownSettings(settings)
  const isAsShown = (key: string, value: unknown) =>
    (key === 'source' || key === 'detectSource') && value !== undefined && value === shown[key]
  return Object.fromEntries(Object.entries(patch).filter(([key, value]) => !isAsShown(key, value)))
}

function withoutNulls(settings: StreamFacts): StreamFacts {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null))
}
