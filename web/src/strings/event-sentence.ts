import type { Event } from '../../../src/contract/event.ts'
import { lasting } from './format.ts'
import { type MeasureTitles, measureTitle } from './measure-title.ts'

/** What happened, for people: `Person 7 crossed door inwards`. `titles`: what they call the stream's lines and zones. */
export function eventSentence(event: Event, titles?: MeasureTitles): string {
  const zone = 'zoneId' in event ? measureTitle(titles, 'zone', event.zoneId) : ''
  switch (event.kind) {
    case 'track-started':
      return `${who(event)} came into view`
    case 'track-ended':
      if (event.reason === 'lost') return `${who(event)} left after ${lasting(event.durationMs)}`
      return event.reason === 'cut'
        ? `${who(event)} was followed for ${lasting(event.durationMs)}, until the picture changed to another scene`
        : `${who(event)} was followed for ${lasting(event.durationMs)}, until the stream ended`
    case 'line-crossed':
      return `${who(event)} crossed ${measureTitle(titles, 'line', event.lineId)} ${event.direction === 'in' ? 'inwards' : 'outwards'}`
    case 'zone-entered':
      return `${who(event)} ${event.entry ? 'entered' : 'appeared in'} ${zone}`
    case 'zone-left':
      return `${who(event)} left ${zone} after ${lasting(event.dwellMs)}`
    case 'dwell-exceeded':
      return `${who(event)} has been in ${zone} for more than ${lasting(event.thresholdMs)}`
    case 'crowd-formed':
      return `A crowd of ${event.occupancy} formed in ${zone}`
    case 'crowd-dispersed':
      return `The crowd in ${zone} broke up after ${lasting(event.durationMs)}; it had up to ${event.peakOccupancy}`
    case 'direction-violated':
      return `${who(event)} went the wrong way (${measureTitle(titles, 'direction', event.ruleId)})`
    case 'tracks-met':
      return `${who(event)} and ${who(event.other).toLowerCase()} met (${measureTitle(titles, 'meeting', event.ruleId)})`
    case 'track-stopped':
      return `${who(event)} has stood still for ${lasting(event.stoppedMs)}`
    case 'object-left':
      return `${who(event)} was left behind`
    case 'object-removed':
      return `${who(event)} was taken away`
    case 'stream-up':
      return event.reason === 'changed' ? `The picture is ${event.width} × ${event.height} now` : 'The stream is up'
    case 'stream-down':
      return event.reason === 'SL_CANCELLED' ? 'The stream was stopped' : `The stream is down: ${event.message}`
  }
}

function who({ label, trackId }: { readonly label: string; readonly trackId: number }): string {
  return `${label.slice(0, 1).toUpperCase()}${label.slice(1)} ${trackId}`
}
