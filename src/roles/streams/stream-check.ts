import Value from 'typebox/value'
import { analysisDefaults } from '../../config/analysis-settings.ts'
import { checkModels, everyModel, isFileOfMachine } from '../../config/model-choice.ts'
import { StreamSettings } from '../../config/stream-settings.ts'
import { Name } from '../../contract/geometry.ts'
import { SightlineError } from '../../core/errors.ts'
import { redactUrl } from '../../core/redact.ts'
import { type Fault, faultsOf } from '../../core/schema-faults.ts'
import { openSource, type SourceSurroundings } from '../../media/sources/open-source.ts'
import type { VideoSource } from '../../media/sources/source.ts'
import { createTracker } from '../../tracking/create-tracker.ts'
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

const mostFaults = 10

/**
 * The settings of a stream that somebody gives while we run: whole, with measures that make sense, and of a source and a
 * model that a stranger may name. No message has what was given as an address.
 * @param known as they are: what the settings file named may stay
 * @throws SL_OPTION_INVALID, with the place of all that is wrong as a JSON pointer; SL_OPTION_CONFLICT; SL_INPUT_REFUSED
 */
export function checkStreamSettings(name: string, settings: unknown, known?: StreamSettings): StreamSettings {
  const faults = [...faultsOf(StreamSettings, settings)].slice(0, mostFaults)
  if (faults.length > 0) throw invalid(name, faults)
  const checked = settings as StreamSettings
  for (const key of ['source', 'detectSource'] as const) {
    const url = checked[key]
    if (url !== undefined && url !== known?.[key]) openSource({ url }, nobody)
  }
  checkModels(checked)
  const { tracker = analysisDefaults.tracker, reid } = checked
  createTracker(tracker, { frame: { width: 16, height: 9 }, reid })
  const before = everyModel(known ?? {})
  if (everyModel(checked).some(model => isFileOfMachine(model) && !before.includes(model)))
    throw new SightlineError(
      'SL_INPUT_REFUSED',
      'A file of this machine can be a model only where the settings file names it: give a name of the catalogue.'
    )
  measuresOf(checked, { stream: name, epoch: 1, aspect: 16 / 9, baseMs: 0 })
  return checked
}

function invalid(name: string, faults: readonly Fault[]): SightlineError {
  const told = faults.map(
    ({ path, message }) =>
      `/${path.map(part => String(part).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}: ${message}`
  )
  return new SightlineError('SL_OPTION_INVALID', `The settings of ${name} are wrong. ${told.join('; ')}.`)
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
