import Compile from 'typebox/compile'
import { Name } from '../../contract/geometry.ts'
import { type LiveErrorMessage, type LiveRequest, SubscribeRequest, ViewRequest } from '../../contract/live.ts'
import { SightlineError } from '../../core/errors.ts'

/** A message that is longer is not read. */
export const mostRequestBytes = 16_384

const isName = Compile(Name)
const shapes = { subscribe: Compile(SubscribeRequest), view: Compile(ViewRequest) } as const

/** Throws SL_LIVE_REQUEST_INVALID, naming what is wrong. */
export function liveRequest(text: string): LiveRequest {
  if (text.length > mostRequestBytes) throw invalid(`It has more than ${mostRequestBytes} characters.`)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid('It is no JSON.')
  }
  const type = (value as { type?: unknown } | null)?.type
  if (type !== 'subscribe' && type !== 'view') throw invalid('Its `type` has to be `subscribe` or `view`.')
  const shape = shapes[type]
  if (shape.Check(value)) return type === 'subscribe' ? named(value as SubscribeRequest) : (value as ViewRequest)
  const [first] = shape.Errors(value)
  throw invalid(`\`${first?.instancePath || '/'}\` ${first?.message ?? 'is wrong'}.`)
}

/** The schema says what the values of `after` are, and leaves keys alone that are no names. */
function named(request: SubscribeRequest): SubscribeRequest {
  const stray = Object.keys(request.after ?? {}).find((stream): boolean => !isName.Check(stream))
  if (stray === undefined) return request
  throw invalid(`\`/after\` has the key “${stray.slice(0, 60)}”, which is no stream's name.`)
}

export function errorMessage({ code, message }: SightlineError): LiveErrorMessage {
  return { type: 'error', code, message }
}

function invalid(why: string): SightlineError {
  return new SightlineError('SL_LIVE_REQUEST_INVALID', `This message was not understood. ${why}`)
}
