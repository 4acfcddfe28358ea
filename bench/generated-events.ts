import type { Event } from '../src/contract/event.ts'
import type { EventRecord } from '../src/contract/record.ts'
import { SeededRandom } from '../src/simulator/random.ts'

/** A Monday in UTC. */
export const firstDayMs = Date.UTC(2026, 0, 5)
export const dayMs = 86_400_000
const labels = [...Array<string>(17).fill('person'), 'bicycle', 'dog', 'suitcase']

/** How events lie in time and among streams. */
export interface EventPlan {
  readonly events: number
  readonly streams: number
  readonly days: number
}

/** As many as twenty entrances see, of which ten million come in two months of open hours. */
export function entrances(events: number): EventPlan {
  return { events, streams: 20, days: (events / 10_000_000) * 60 }
}

export function streamName(index: number): string {
  return `entrance-${String(index).padStart(2, '0')}`
}

/**
 * Events as tracks make them: each starts, crosses a line or enters a zone, leaves a zone and ends; in one of 250, a
 * crowd forms instead of the crossing. They come in the order of time, from 8 to 20 o'clock of each day. The same plan
 * gives the same events.
 */
export function* generateEvents({ events, streams, days }: EventPlan): Generator<EventRecord> {
  const random = new SeededRandom(1)
  const tracks = Math.ceil(events / 4)
  for (let index = 0, made = 0; made < events; index++) {
    const day = (index / tracks) * days
    const atMs = firstDayMs + Math.floor(day) * dayMs + Math.floor(dayMs / 3 + (day % 1) * (dayMs / 2))
    for (const record of trackEvents(index % streams, 1 + Math.floor(index / streams), atMs, random)) {
      if (made++ === events) return
      yield record
    }
  }
}

function trackEvents(streamIndex: number, trackId: number, atMs: number, random: SeededRandom): EventRecord[] {
  const stream = streamName(streamIndex)
  const label = random.pick(labels)
  const dwellMs = Math.floor(random.between(0, 20_000))
  const header = (measure: string, subject: string, kind: string, afterMs: number) => {
    const id = `${stream}/1/${measure}/${subject}/${kind}/${subject === 'zone' ? trackId : 1}`
    const ptsMs = atMs - firstDayMs + afterMs
    return { version: 1, id, stream, epoch: 1, frame: Math.floor(ptsMs / 100), ptsMs } as const
  }
  const of = (measure: string, kind: string, afterMs: number) => {
    const box = { x: quantised(random.between(0, 0.8)), y: quantised(random.between(0, 0.6)), w: 0.125, h: 0.3125 }
    return { ...header(measure, `track-${trackId}`, kind, afterMs), trackId, label, box }
  }
  const line = 'line.door@5f0c2a91'
  const zone = 'zone.hall@0a1b2c3d'
  const way = random.between(0, 1)
  const events: readonly Event[] = [
    { ...of('tracker@1', 'track-started', 0), kind: 'track-started' },
    way < 0.004
      ? { ...header(zone, 'zone', 'crowd-formed', 900), kind: 'crowd-formed', zoneId: 'hall', occupancy: 6 }
      : way < 0.5
        ? {
            ...of(line, 'line-crossed', 900),
            kind: 'line-crossed',
            lineId: 'door',
            direction: way < 0.3 ? 'in' : 'out'
          }
        : { ...of(zone, 'zone-entered', 900), kind: 'zone-entered', zoneId: 'hall' },
    { ...of(zone, 'zone-left', 1200), kind: 'zone-left', zoneId: 'hall', dwellMs },
    { ...of('tracker@1', 'track-ended', 1500), kind: 'track-ended', reason: 'lost', durationMs: dwellMs }
  ]
  return events.map(body => ({ type: 'event', id: body.id, stream, epoch: 1, atMs: firstDayMs + body.ptsMs, body }))
}

/** As trackers hand boxes over. */
function quantised(value: number): number {
  return Math.round(value * 4096) / 4096
}
