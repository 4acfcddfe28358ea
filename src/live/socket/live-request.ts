import Compile from 'typebox/compile'
import { Name } from '../../contract/geometry.ts'
import { type LiveRequest, SubscribeRequest, ViewRequest } from '../../contract/live.ts'
import { notUnderstood, readMessage } from './read-message.ts'

const code = 'SL_LIVE_REQUEST_INVALID'
const subscribe = Compile(SubscribeRequest)
const view = Compile(ViewRequest)
const isName = Compile(Name)

/** Throws SL_LIVE_REQUEST_INVALID, naming what is wrong. */
export function liveRequest(text: string): LiveRequest {
  const request = readMessage<LiveRequest>(text, code, type =>
    type === 'subscribe' ? subscribe : type === 'view' ? view : undefined
  )
  // The schema says what the values of `after` are, and leaves keys alone that are no names.
  const keys = request.type === 'subscribe' ? Object.keys(request.after ?? {}) : []
  const stray = keys.find((key): boolean => !isName.Check(key))
  if (stray === undefined) return request
  throw notUnderstood(code, `\`/after\` has the key “${stray.slice(0, 60)}”, which is no stream's name.`)
}
