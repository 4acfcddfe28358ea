import type { Event } from '../../src/contract/event.ts'

/** What happened, for people: `Person 7 crossed door inwards`. */
export function eventSentence(event: Event): string {
  switch (event.kind) {
    case 'track-started':
      return `${who(event)} came into view`
    case 'track-ended':
      return event.reason === 'lost'
        ? `${who(event)} left after ${span(event.durationMs)}`
        : `${who(event)} was followed for ${span(event.durationMs)}, until the stream ended`
    case 'line-crossed':
      return `${who(event)} crossed ${event.lineId} ${event.direction === 'in' ? 'inwards' : 'outwards'}`
    case 'zone-entered':
      return `${who(event)} ${event.entry ? 'entered' : 'appeared in'} ${event.zoneId}`
    case 'zone-left':
      return `${who(event)} left ${event.zoneId} after ${span(event.dwellMs)}`
    case 'dwell-exceeded':
      return `${who(event)} has been in ${event.zoneId} for more than ${span(event.thresholdMs)}`
    case 'crowd-formed':
      return `A crowd of ${event.occupancy} formed in ${event.zoneId}`
    case 'crowd-dispersed':
      return `The crowd in ${event.zoneId} broke up after ${span(event.durationMs)}; it had up to ${event.peakOccupancy}`
    case 'direction-violated':
      return `${who(event)} went the wrong way (${event.ruleId})`
    case 'tracks-met':
      return `${who(event)} and ${who(event.other).toLowerCase()} met (${event.ruleId})`
    case 'track-stopped':
      return `${who(event)} has stood still for ${span(event.stoppedMs)}`
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

/** `4 s`, `2 min 5 s`, `1 h 3 min`. */
export function span(durationMs: number): string {
  const seconds = Math.round(durationMs / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

function who({ label, trackId }: { readonly label: string; readonly trackId: number }): string {
  return `${label.slice(0, 1).toUpperCase()}${label.slice(1)} ${trackId}`
}
