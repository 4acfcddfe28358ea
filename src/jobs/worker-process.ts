import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { constants, setPriority } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { WorkerMessage } from '../contract/job.ts'
import { SightlineError } from '../core/errors.ts'
import { childFlags } from '../core/loaders.ts'
import type { JobLimits } from './limits.ts'
import { noteWorker } from './work-folder.ts'
import { workerError } from './worker-error.ts'
import { watchWorker } from './worker-limits.ts'
import { readMessages, Tail } from './worker-output.ts'

export interface WorkerRun {
  /** The worker's program: a file of this package. */
  readonly entry: URL
  /** What it is to do, as plain data. */
  readonly task: unknown
  /** Exists and is empty: the worker's current folder, and the only one that it is to write into. */
  readonly folder: string
  readonly log: string | undefined
  readonly environment: Readonly<Record<string, string>>
  readonly limits: JobLimits
  /** Time to end by itself after it was asked to, or after it said that it is done. */
  readonly graceMs: number
  readonly signal: AbortSignal
  readonly onProgress: (share: number, text: string) => void
  /** Told at the end what the worker wrote last on its standard output and errors, if anything. */
  readonly onOutput: (text: string) => void
}

/**
 * Starts a process for one piece of work, watches it and gives its report; it is gone when this returns.
 *
 * @throws what the worker said went wrong; SL_JOB_…_LIMIT for a limit that it broke; SL_JOB_CRASHED (retryable) when
 *   it ended otherwise, with the signal's name; SL_CANCELLED when `signal` was aborted
 */
export async function runWorker(run: WorkerRun): Promise<unknown> {
  run.signal.throwIfAborted()
  const child = start(run)
  const exited = once(child, 'exit').catch(cause => {
    throw new SightlineError('SL_JOB_CRASHED', `The worker could not be started: ${(cause as Error).message}.`, {
      cause,
      retryable: true
    })
  })
  if (child.pid === undefined) await exited
  const pid = child.pid!
  const output = new Tail()
  child.stdout!.on('data', output.add)
  child.stderr!.on('data', output.add)
  let stopped: SightlineError | undefined
  let said: WorkerMessage | undefined
  let rssBytes = 0
  let ending: NodeJS.Timeout | undefined
  const end = (signal?: NodeJS.Signals) => {
    if (signal) child.kill(signal)
    ending ??= setTimeout(() => child.kill('SIGKILL'), run.graceMs)
  }
  const stop = (error: SightlineError) => {
    stopped ??= error
    end('SIGTERM')
  }
  const abort = () => stop(new SightlineError('SL_CANCELLED', 'The work was stopped.'))
  run.signal.addEventListener('abort', abort, { once: true })
  using _watch = watchWorker({ ...run, pid, saidRssBytes: () => rssBytes, stop })
  const heard = readMessages(child.stdio[3] as Readable, {
    message(message) {
      if (said) return
      if (message.type === 'progress') {
        rssBytes = message.rssBytes
        run.onProgress(message.share, message.text)
      } else {
        said = message
        end()
      }
    },
    nonsense: () => stop(new SightlineError('SL_JOB_CRASHED', 'The worker said something that no worker says.'))
  })
  const input = child.stdio[0] as Writable
  input.on('error', () => undefined) // It is gone; how, its end will tell.
  try {
    await settleIn(run.folder, pid)
    input.write(`${JSON.stringify(run.task)}\n`)
    const [code, signal] = (await exited) as [number | null, NodeJS.Signals | null]
    await Promise.race([heard, pause(run.graceMs, undefined, { ref: false })])
    if (stopped) throw stopped
    if (said?.type === 'done') return said.report
    throw workerError(said, { code, signal, output: output.text })
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await exited
    }
    if (output.text !== '') run.onOutput(output.text)
    clearTimeout(ending)
    run.signal.removeEventListener('abort', abort)
    for (const stream of child.stdio) stream?.destroy()
  }
}

// Node's fence (--permission) is not among the flags: docs/decisions/2026-11-21-jobs.md.
function start({ entry, folder, environment }: WorkerRun): ChildProcess {
  return spawn(process.execPath, [...childFlags(), fileURLToPath(entry)], {
    cwd: folder,
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    // A Ctrl-C at the terminal is for us, and we end the worker in order.
    detached: process.platform !== 'win32',
    windowsHide: true
  })
}

/** Live streams go first, and where memory runs out the system is to end the worker and not us. As far as it lets us. */
async function settleIn(folder: string, pid: number): Promise<void> {
  await noteWorker(folder, pid)
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // Already gone, which is told elsewhere, or not allowed here.
  }
  await writeFile(`/proc/${pid}/oom_score_adj`, '500').catch(() => undefined)
}
