import { Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { WorkerMessage } from '../contract/job.ts'
import { SightlineError } from '../core/errors.ts'

/** Where the program that started the worker listens: its standard output and errors are for whoever debugs it. */
const messagesFd = 3
const progressEveryMs = 1000

export interface WorkerTalk {
  /** How far the work is; told at most once a second. */
  progress(share: number, text: string): void
}

/**
 * The worker's end: takes its task, does it by `work`, says what came of it and ends the process. Ends it as well
 * when the program that started it is gone. Files that it makes are this user's alone.
 */
export async function runAsWorker<Task>(work: (task: Task, talk: WorkerTalk) => Promise<unknown>): Promise<void> {
  process.umask(0o077)
  const channel = new Socket({ fd: messagesFd, writable: true, readable: false })
  const say = (message: WorkerMessage) =>
    new Promise<void>(resolve => channel.write(`${JSON.stringify(message)}\n`, () => resolve()))
  channel.on('error', () => process.exit(1))
  const input = createInterface({ input: process.stdin })
  // Nobody waits for the result any more. In order it would wait for threads, and one that runs a model may never end.
  input.on('close', () => process.kill(process.pid, 'SIGKILL'))
  const task = await new Promise<Task>(resolve => input.once('line', line => resolve(JSON.parse(line))))

  let toldMs = -progressEveryMs
  const talk: WorkerTalk = {
    progress(share, text) {
      const nowMs = performance.now()
      if (nowMs - toldMs < progressEveryMs) return
      toldMs = nowMs
      const { rss: rssBytes } = process.memoryUsage()
      void say({ type: 'progress', share: Math.min(1, Math.max(0, share)), text: text.slice(0, 200), rssBytes })
    }
  }
  try {
    await say({ type: 'done', report: await work(task, talk) })
  } catch (error) {
    await say(failure(error))
  }
  process.exit(0)
}

function failure(error: unknown): WorkerMessage {
  const known = error instanceof SightlineError
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 4000)
  if (!known && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return { type: 'failed', code: known ? error.code : 'SL_INTERNAL', message, retryable: known && error.retryable }
}
