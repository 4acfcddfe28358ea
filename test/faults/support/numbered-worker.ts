// A worker that appends numbered events, as a real one would hand over its own. argv: `WorkerTask` as JSON. On standard
// input `enough`: it goes no further than it has begun. Lines on standard output: `began EPOCH LOG`, `accepted FIRST LAST`
// after each append, `done COMMITS`.
import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { dataFolder } from '../../../src/core/data-folder.ts'
import { EpochLedger } from '../../../src/events/epoch-ledger.ts'
import { EventLog } from '../../../src/events/event-log.ts'
import { numberedEvent } from './numbered-event.ts'

export interface WorkerTask {
  readonly data: string
  readonly stream: string
  readonly baseMs: number
  readonly first: number
  readonly last: number
  /** Events of one append. */
  readonly group: number
  /** Events a second; as many as go where there is none. */
  readonly perSecond?: number
  readonly segmentBytes?: number
}

/** Appends under way at a time, so that a commit has something to gather. */
const underWay = 4

async function work(task: WorkerTask): Promise<void> {
  const { data, stream, baseMs, first, last, group, perSecond, segmentBytes } = task
  const folder = dataFolder(data)
  mkdirSync(dirname(folder.epochs), { recursive: true })
  using epochs = new EpochLedger(folder.epochs)
  const epoch = epochs.next(stream)
  await using log = await EventLog.open({
    logs: folder.logs,
    name: epochs.nextLogName(`worker-${stream}`),
    segmentBytes,
    onFailed: end
  })
  say(`began ${epoch} ${log.name}`)
  const begunAt = performance.now()
  let next = first
  let isEnough = false
  createInterface(process.stdin).on('line', line => {
    if (line === 'enough') isEnough = true
  })
  const oneAfterAnother = async () => {
    while (next <= last && !isEnough) {
      const from = next
      const to = Math.min(last, from + group - 1)
      next = to + 1
      if (perSecond) await pause(Math.max(0, begunAt + ((from - first) / perSecond) * 1000 - performance.now()))
      const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index)
      await log.append(numbers.map(n => numberedEvent({ stream, epoch, baseMs }, n)))
      say(`accepted ${from} ${to}`)
    }
  }
  await Promise.all(Array.from({ length: underWay }, oneAfterAnother))
  say(`done ${log.snapshot().commits}`)
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
process.stdin.on('end', () => process.exit(4)).unref()
process.stdin.resume()
await work(JSON.parse(process.argv[2]!) as WorkerTask).catch(end)
process.exit(0)
