import type { Event } from '../../contract/event.ts'
import { textFrame } from './text-frame.ts'

/** An event on its way to viewers, framed once for all of them. */
export interface LiveEvent {
  readonly stream: string
  readonly epoch: number
  readonly id: string
  readonly kind: string
  readonly frame: Buffer
}

/** `bodyText`: the event as JSON, where somebody has it already. */
export function liveEvent(atMs: number, event: Event, bodyText = JSON.stringify(event)): LiveEvent {
  const { stream, epoch, id, kind } = event
  return { stream, epoch, id, kind, frame: textFrame(`{"type":"event","atMs":${atMs},"event":${bodyText}}`) }
}
