import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { SightlineError } from '../core/errors.ts'
import { appendError, openError } from './log-failure.ts'
import type { CarriedError, FromLogThread, LogThreadJob, ToLogThread } from './log-messages.ts'
import type { PackedRows } from './log-segment.ts'
import { LogWriter } from './log-writer.ts'

/**
 * The entry of the thread that writes one log. While the disk is busy, what is appended waits in the port; the next
 * transaction takes all of it. So a commit is shared by as many as the disk is slow, and nobody waits without cause.
 */
const port = parentPort!
const job = workerData as LogThreadJob
/** Characters and bytes of one transaction: what a reader of the write-ahead log has to go through at once. */
const transactionBytes = 8 << 20

function send(message: FromLogThread): void {
  port.postMessage(message)
}

function carried(error: unknown, named = appendError): CarriedError {
  const { code, message, retryable } = error instanceof SightlineError ? error : named(error, `${job.logs}/${job.name}`)
  return { code, message, retryable }
}

function fail(error: unknown, named = appendError): false {
  send({ type: 'failed', error: carried(error, named) })
  port.close()
  return false
}

function open(): LogWriter | undefined {
  try {
    const writer = new LogWriter(job)
    send({ type: 'open', nextSeq: writer.nextSeq, setAside: writer.setAside })
    return writer
  } catch (error) {
    fail(error, openError)
    return undefined
  }
}

/** The message that `collect` took out of the port and had no use for. */
let held: ToLogThread | undefined

function receive(): ToLogThread | undefined {
  const message = held ?? (receiveMessageOnPort(port)?.message as ToLogThread | undefined)
  held = undefined
  return message
}

/** All that waits to be appended, as far as one transaction goes. */
function collect(first: PackedRows): PackedRows[] {
  const groups = [first]
  for (let size = packedSize(first); size < transactionBytes; size += packedSize(groups.at(-1)!)) {
    const message = receive()
    if (message?.type !== 'append') {
      held = message
      break
    }
    groups.push(message.rows)
  }
  return groups
}

function packedSize({ text, bytes }: PackedRows): number {
  return bytes.reduce((sum, [, { byteLength }]) => sum + byteLength, text.length)
}

/** Each of these is false when the log is not to be used any more. */
function answer(writer: LogWriter, count: number, work: () => void): boolean {
  try {
    work()
  } catch (error) {
    const told = carried(error)
    if (!told.retryable) return fail(error)
    send({ type: 'done', count, nextSeq: writer.nextSeq, error: told })
    return true
  }
  send({ type: 'done', count, nextSeq: writer.nextSeq })
  return attempt(() => writer.tidy())
}

/** Work that nobody waits for, and that a full disk only puts off. */
function attempt(work: () => void): boolean {
  try {
    work()
    return true
  } catch (error) {
    return carried(error).retryable || fail(error)
  }
}

function step(writer: LogWriter, message: ToLogThread): boolean {
  if (message.type === 'append') {
    const groups = collect(message.rows)
    return answer(writer, groups.length, () => writer.append(groups))
  }
  if (message.type === 'probe') return answer(writer, 1, () => writer.probe())
  if (message.type === 'complete') return answer(writer, 1, () => writer.complete())
  if (attempt(() => writer[Symbol.dispose]())) port.close()
  return false
}

const writer = open()
if (writer) {
  port.on('message', (first: ToLogThread) => {
    for (let message: ToLogThread | undefined = first; message; message = receive()) {
      if (!step(writer, message)) return
    }
  })
}
