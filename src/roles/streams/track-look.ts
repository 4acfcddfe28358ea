import type { StreamSettings } from '../../config/stream-settings.ts'
import type { RecordOptions } from '../../pipeline/record-maker.ts'
import type { Tracker } from '../../tracking/tracker.ts'

/** What tracks look like, where that is to be known in all of the stream's site. */
export function looksOf(tracker: Tracker, { reid }: StreamSettings): RecordOptions['lookOf'] {
  if (reid?.scope !== 'site') return undefined
  return trackId => {
    const vector = tracker.lookOf(trackId)
    return vector && { model: reid.model, vector }
  }
}
