// A worker whose detection never waits: every tick has an event, whatever becomes of those before. What the log does
// not take now is offered again, in order. argv: `SteadyTask` as JSON. Lines on standard output: `began EPOCH`,
// `tick N` for each event that came to be, `accepted FIRST LAST`, `refused CODE`, `problem CODE` and `well` as the
// log's own health changes, `done`. A line on standard input ends it, when all is accepted.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { dataFolder } from '../../../src/core/data-folder.ts'
import { SightlineError } from '../../../src/core/errors.ts'
import { EpochLedger } from '../../../src/events/epoch-ledger.ts'
import { EventLog } from '../../../src/events/event-log.ts'
import { numberedEvent } from './numbered-event.ts'

export interface SteadyTask {
  readonly data: string
  readonly stream: string
  /** Wall time of its media time 0. */
  readonly baseMs: number
  readonly tickMs: number
  /** Events of each tick. */
  readonly group: number
  readonly segmentBytes?: number
}

/** Events of one append: what waited goes in few of them. */
const mostAtOnce = 500

async function work({ data, stream, baseMs, tickMs, group, segmentBytes }: SteadyTask): Promise<void> {
  const folder = dataFolder(data)
  mkdirSync(dirname(folder.epochs), { recursive: true })
  using epochs = new EpochLedger(folder.epochs)
  const epoch = epochs.next(stream)
  const name = epochs.nextLogName(`worker-${stream}`)
  await using log = await EventLog.open({ logs: folder.logs, name, segmentBytes, onFailed: end })
  say(`began ${epoch}`)
  let made = 0
  let isStopped = false
  let isOver = false
  process.stdin.once('data', () => {
    isStopped = true
  })
  const begunAt = performance.now()
  const ticking = (async () => {
    for (let tick = 1; !isStopped; tick++) {
      await pause(Math.max(0, begunAt + tick * tickMs - performance.now()))
      made += group
      say(`tick ${made}`)
    }
    isOver = true
  })()
  let problem: string | undefined
  let accepted = 0
  while (!isOver || accepted < made) {
    const [now] = log.problems()
    if (now?.code !== problem) say(now ? `problem ${now.code}` : 'well')
    problem = now?.code
    const last = Math.min(made, accepted + mostAtOnce)
    if (last === accepted) {
      await pause(tickMs)
      continue
    }
    const numbers = Array.from({ length: last - accepted }, (_, index) => accepted + 1 + index)
    try {
      await log.append(numbers.map(n => numberedEvent({ stream, epoch, baseMs }, n)))
      say(`accepted ${accepted + 1} ${last}`)
      accepted = last
    } catch (error) {
      if (!(error instanceof SightlineError && error.retryable)) throw error
      say(`refused ${error.code}`)
      await pause(200)
    }
  }
  await ticking
  say('done')
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function end(error: unknown): never {
  const { code, message } = error as { code?: string; message: string }
  process.stderr.write(`${code}: ${message}\n`)
  process.exit(3)
}

// Whoever started it is gone.
process.stdout.on('error', () => process.exit(4))
process.stdin.on('end', () => process.exit(4))
await work(JSON.parse(process.argv[2]!) as SteadyTask).catch(end)
process.exit(0)
