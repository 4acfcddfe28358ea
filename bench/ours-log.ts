// Usage: ours-log.ts FOLDER COUNT. The log alone: COUNT events appended and read into a sink that keeps nothing, then
// a thousand appended one at a time, 200 a second. Prints rates, waits, and the memory after each tenth.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createLog } from '../src/core/log.ts'
import { DeadLetters } from '../src/events/dead-letters.ts'
import { EventLog } from '../src/events/event-log.ts'
import { LogFeeder } from '../src/events/log-feeder.ts'
import type { LogBatch, Sink } from '../src/events/sink.ts'
import { numberedEvents } from '../test/events/scripted-records.ts'

const [folder = '', counted = '1000000'] = process.argv.slice(2)
const count = Number(counted)
const group = 500
const underWay = 8
const logs = join(folder, 'logs')

let taken = 0
let next = 1
const nothing: Sink = {
  name: 'nothing',
  required: true,
  position: async () => next,
  async take({ records, nextSeq }: LogBatch) {
    taken += records.length
    next = nextSeq
    return []
  },
  forget: async () => {}
}

const events = numberedEvents(1, group)
const rssMb: number[] = []
const appended: Promise<void>[] = []
const started = performance.now()
const before = process.cpuUsage()
const log = await EventLog.open({ logs, name: 'bench' })
const deadLetters = new DeadLetters(join(folder, 'dead-letters.sqlite'))
const feeder = new LogFeeder({ logs, sinks: [nothing], deadLetters, log: createLog() })
for (let n = 0; n < count; n += group) {
  appended.push(log.append(events))
  if (appended.length >= underWay) await appended.shift()
  // The disk is not to hold all of it: a worker so far ahead would be told to wait.
  while (n - taken > 100_000) await setTimeout(1)
  if (n % (count / 10) === 0) rssMb.push(Math.round(process.memoryUsage().rss / 1e6))
}
await Promise.all(appended)
while (taken < count) await setTimeout(1)
const seconds = (performance.now() - started) / 1000
const { user, system } = process.cpuUsage(before)

const waitsMs: number[] = []
for (let n = 0; n < 1000; n++) {
  const at = performance.now()
  await log.append([events[n % group]!])
  const waitMs = performance.now() - at
  waitsMs.push(waitMs)
  await setTimeout(Math.max(0, 5 - waitMs))
}
waitsMs.sort((a, b) => a - b)
await feeder[Symbol.asyncDispose]()
await log[Symbol.asyncDispose]()
deadLetters[Symbol.dispose]()
rmSync(logs, { recursive: true })
process.stdout.write(
  `${JSON.stringify({
    perSecond: Math.round(count / seconds),
    cpuMicrosecondsEach: (user + system) / count,
    appendP50Ms: waitsMs[500],
    appendP99Ms: waitsMs[990],
    rssMb
  })}\n`
)
