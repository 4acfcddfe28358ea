import type { StateMessage } from '../../contract/live.ts'
import { SightlineError } from '../../core/errors.ts'
import type { UnitFeed } from './unit-feed.ts'

/** Streams that are encoded anew for browsers at a time: each takes as much of a core as decoding it and more. */
const mostEncoded = 4

/** A stream, as far as it is needed to say whether it is encoded anew. */
interface Encodable {
  readonly state: StateMessage
  readonly feeds: { readonly playable: Pick<UnitFeed, 'isWatched' | 'isEncoded'> }
}

/** Its state alone would not do: that says nothing while a camera is away, nor of what it sends beside what is detected on. */
export function isEncodedAnew({ state, feeds: { playable } }: Encodable): boolean {
  return playable.isWatched && (state.transcoded !== undefined || playable.isEncoded)
}

/** Why no stream may be encoded anew beside these; undefined where one may. */
export function refusalBeside(others: readonly Encodable[]): SightlineError | undefined {
  if (others.filter(isEncodedAnew).length < mostEncoded) return undefined
  const text = `${mostEncoded} streams are encoded anew for their viewers, as many as may be at once: close one, or have the camera send H.264 without B-frames.`
  return new SightlineError('SL_VIEW_LIMIT', text, { retryable: true })
}
