import type { StreamSettings } from '../../config/stream-settings.ts'
import type { RecordOptions } from '../../pipeline/record-maker.ts'
import type { Tracker } from '../../tracking/tracker.ts'

/** What tracks look like, while that is to be known in all of the stream's site. */
export function looksOf(tracker: Tracker, settings: () => StreamSettings): NonNullable<RecordOptions['lookOf']> {
  return trackId => {
    const { reid } = settings()
    if (reid?.scope !== 'site') return undefined
    const vector = tracker.lookOf(trackId)
    return vector && { model: reid.model, vector }
  }
}
