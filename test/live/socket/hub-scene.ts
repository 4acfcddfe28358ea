import type { TestContext } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { StateMessage } from '../../../src/contract/live.ts'
import { LiveHub, type LiveHubOptions } from '../../../src/live/socket/hub.ts'
import { liveEvent } from '../../../src/live/socket/live-event.ts'
import { crossing, type EventDetails } from '../../store/records.ts'
import { ScriptedHistory } from './scripted-history.ts'
import { ScriptedSocket } from './scripted-socket.ts'

export const state = (stream: string): StateMessage => ({
  type: 'state',
  stream,
  title: stream,
  state: 'up',
  sinceMs: 1
})

/** A hub over a history, with the time and the timers in the test's hands. */
export function scene(t: TestContext, options: Partial<LiveHubOptions> = {}) {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const history = new ScriptedHistory()
  const clock = { ms: 0 }
  const hub = new LiveHub({ history, now: () => clock.ms, ...options })
  t.after(() => hub[Symbol.dispose]())
  return {
    hub,
    history,
    /** Logged and read by everybody. */
    happens: (...events: EventDetails[]) => {
      for (const details of events) {
        const { atMs, body } = crossing(details)
        history.kept.push({ atMs, event: body })
        hub.event(liveEvent(atMs, body))
      }
    },
    keeps: (...events: EventDetails[]) => {
      for (const { atMs, body } of events.map(crossing)) history.kept.push({ atMs, event: body })
    },
    comes: (request: object = { type: 'subscribe' }, room?: number) => {
      const socket = new ScriptedSocket(room)
      const client = hub.join(socket)!
      client.message(JSON.stringify(request))
      return { socket, client }
    },
    /** Lets so much time pass, and what waits be done. */
    passes: async (ms: number) => {
      for (let left = ms; left > 0; left -= 50) {
        clock.ms += 50
        t.mock.timers.tick(50)
        for (let turn = 0; turn < 5; turn++) await setImmediate()
      }
    }
  }
}

export const idsOf = (...events: EventDetails[]) => events.map(details => crossing(details).id)
