import type { Event } from '../contract/event.ts'

/** Of a stream's events in their order, those of what is not over: visits with what was told of them, and crowds. */
export function underWay(events: readonly Event[]): readonly Event[] {
  const open = new Map<string, Event[]>()
  for (const event of events) {
    if (event.kind === 'zone-entered') open.set(visitOf(event), [event])
    else if (event.kind === 'dwell-exceeded') open.get(visitOf(event))?.push(event)
    else if (event.kind === 'zone-left') open.delete(visitOf(event))
    else if (event.kind === 'crowd-formed') open.set(event.zoneId, [event])
    else if (event.kind === 'crowd-dispersed') open.delete(event.zoneId)
  }
  return [...open.values()].flat().sort((one, other) => one.ptsMs - other.ptsMs)
}

function visitOf({ zoneId, trackId }: { readonly zoneId: string; readonly trackId: number }): string {
  return `${zoneId}/${trackId}`
}
