import { readFile } from 'node:fs/promises'
import { SightlineError } from '../core/errors.ts'
import type { JobLimits } from './limits.ts'
import { folderBytes } from './work-folder.ts'

export interface WatchedWorker {
  readonly pid: number
  readonly folder: string
  /** Where it writes its log; undefined where it has none. */
  readonly log: string | undefined
  readonly limits: JobLimits
  /** What the worker says of its own memory, where nobody else can tell. */
  readonly saidRssBytes: () => number
  /** Called once, with the first limit that was broken. */
  readonly stop: (error: SightlineError) => void
}

const memoryEveryMs = 200
const diskEveryMs = 1000
/** Node's timers go no farther. */
const longestTimerMs = 2 ** 31 - 1

/** Watches a worker's time, memory and disk until it is disposed. */
export function watchWorker(worker: WatchedWorker): Disposable {
  const { limits } = worker
  let over = false
  const stop = (error: SightlineError) => {
    if (!over) worker.stop(error)
    over = true
  }
  const guarded = (look: () => Promise<SightlineError | undefined>) => {
    let isLooking = false
    return async () => {
      if (isLooking || over) return
      isLooking = true
      const error = await look()
      isLooking = false
      if (error && !over) stop(error)
    }
  }
  const time = setTimeout(() => stop(timeOver(limits.wallMs)), Math.min(limits.wallMs, longestTimerMs))
  const memory = setInterval(
    guarded(() => memoryOver(worker)),
    memoryEveryMs
  )
  const disk = setInterval(
    guarded(() => diskOver(worker)),
    diskEveryMs
  )
  return {
    [Symbol.dispose]() {
      over = true
      clearTimeout(time)
      clearInterval(memory)
      clearInterval(disk)
    }
  }
}

function timeOver(wallMs: number): SightlineError {
  return new SightlineError(
    'SL_JOB_TIME_LIMIT',
    `The work took longer than the ${wallMs / 1000} s that a job may take: raise the limit, or analyse fewer frames (--every).`
  )
}

async function memoryOver({ pid, limits, saidRssBytes }: WatchedWorker): Promise<SightlineError | undefined> {
  const bytes = (await rssBytes(pid)) ?? saidRssBytes()
  if (bytes <= limits.memoryBytes) return undefined
  return new SightlineError(
    'SL_JOB_MEMORY_LIMIT',
    `The work took ${megabytes(bytes)} of memory, and a job may take ${megabytes(limits.memoryBytes)}: raise the limit, or give a file with smaller pictures.`
  )
}

/** The work folder holds the log too, where that lies in it. */
async function diskOver({ folder, log, limits }: WatchedWorker): Promise<SightlineError | undefined> {
  const logBytes = log === undefined ? 0 : await folderBytes(log)
  if (logBytes > limits.logBytes)
    return new SightlineError(
      'SL_JOB_LOG_LIMIT',
      `The work wrote ${megabytes(logBytes)} of records, and a job may write ${megabytes(limits.logBytes)}: raise the limit, or give a shorter recording.`
    )
  const bytes = await folderBytes(folder)
  if (bytes > limits.diskBytes)
    return new SightlineError(
      'SL_JOB_DISK_LIMIT',
      `The work took ${megabytes(bytes)} of disk, and a job may take ${megabytes(limits.diskBytes)}: raise the limit, or give a shorter recording.`
    )
  return undefined
}

/** Resident memory of a process as Linux knows it; undefined elsewhere, and when it is gone. */
async function rssBytes(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '')
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 10_000_000 ? 1 : 0)} MB`
}
