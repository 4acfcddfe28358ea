// A worker that appends numbered events for ever. Prints the last number of each accepted group, one a line.
// argv: folder of logs, name, first number, group size; `job` makes it a job's log.
import { EventLog } from '../../src/events/event-log.ts'
import { numberedEvents } from './scripted-records.ts'

const [logs, name, first, group, kind] = process.argv.slice(2) as [string, string, string, string, string?]
const log = await EventLog.open({
  logs,
  name,
  segmentBytes: 300_000,
  job: kind === 'job' ? { stream: 'door', epoch: 1 } : undefined,
  onFailed: error => {
    process.stdout.write(`${error.code}\n`)
    process.exit(3)
  }
})
for (let next = Number(first); ; next += Number(group)) {
  const last = next + Number(group) - 1
  await log.append(numberedEvents(next, last)).catch(() => process.exit(3))
  process.stdout.write(`${last}\n`)
}
