import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import type { EventRecord } from '../src/contract/record.ts'
import { EventLog } from '../src/events/event-log.ts'
import { entrances, generateEvents } from './generated-events.ts'

/** Events of one append: what the frames of a few streams bring within some milliseconds. */
const group = 50
/** Appends that wait for their commit at once. */
const window = 150
/** In the manner `paced`: a thousand events a second. */
const pacedGroup = 10
const pacedEveryMs = 10
/** Made before the clock starts; of more, each is made when it is due. */
const mostMadeAhead = 500_000

const [logs = '', name = '', count = '', manner = 'rush'] = process.argv.slice(2)
const events = Number(count)
const log = await EventLog.open({ logs, name, onCommitted: () => process.send!('committed') })
const plan = entrances(events)
const records = events > mostMadeAhead ? generateEvents(plan) : [...generateEvents(plan)].values()
process.send!('ready')
await once(process, 'message')
const latencies: number[] = []
await (manner === 'paced' ? appendPaced() : appendAll())
latencies.sort((one, other) => one - other)
const appendP99Ms = latencies[Math.floor(latencies.length * 0.99)]
await log[Symbol.asyncDispose]()
process.send!({ appendP99Ms })
process.disconnect()

async function appendAll(): Promise<void> {
  const waiting = new Set<Promise<void>>()
  for (let some = take(group); some.length > 0; some = take(group)) {
    const appended = log.append(some).then(() => void waiting.delete(appended))
    waiting.add(appended)
    if (waiting.size >= window) await Promise.race(waiting)
  }
  await Promise.all(waiting)
}

async function appendPaced(): Promise<void> {
  const waiting: Promise<void>[] = []
  for (let some = take(pacedGroup); some.length > 0; some = take(pacedGroup)) {
    const startedMs = performance.now()
    waiting.push(log.append(some).then(() => void latencies.push(performance.now() - startedMs)))
    await pause(pacedEveryMs)
  }
  await Promise.all(waiting)
}

function take(most: number): EventRecord[] {
  const taken: EventRecord[] = []
  for (let next = records.next(); !next.done; next = records.next()) if (taken.push(next.value) === most) break
  return taken
}
