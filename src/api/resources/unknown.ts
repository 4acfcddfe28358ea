import { SightlineError } from '../../core/errors.ts'

/** For what is not there, and in the same words for what is not for whoever asks. @param kind such as `recording` */
export function unknown(kind: string, id: string): SightlineError {
  return new SightlineError(
    'SL_RESOURCE_UNKNOWN',
    `There is no ${kind} ${id.length > 120 ? `${id.slice(0, 120)}…` : id}.`
  )
}

/** What was found. @throws SL_RESOURCE_UNKNOWN where nothing was */
export function known<Thing>(thing: Thing | undefined, kind: string, id: string): Thing {
  if (thing === undefined) throw unknown(kind, id)
  return thing
}

export function unknownStream(stream: string): SightlineError {
  return new SightlineError('SL_STREAM_UNKNOWN', `There is no stream ${stream}.`)
}
