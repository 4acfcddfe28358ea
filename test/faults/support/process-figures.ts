import { readdirSync, readFileSync } from 'node:fs'

/** What a process holds. Descriptors are open files and sockets. */
export interface ProcessFigures {
  readonly descriptors: number
  readonly threads: number
  readonly children: number
  readonly rssBytes: number
}

/** Of a process of this machine, as Linux tells it. */
export function figuresOf(pid: number): ProcessFigures {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  const number = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: number('Threads'),
    children: childrenOf(pid).length,
    rssBytes: number('VmRSS') * 1024
  }
}

/** Processes that a process has started and that run. */
export function childrenOf(pid: number): readonly number[] {
  return readdirSync(`/proc/${pid}/task`).flatMap(thread => {
    const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').trim()
    return text === '' ? [] : text.split(' ').map(Number)
  })
}

export function isRunning(pid: number): boolean {
  try {
    // What has ended and was not asked after is there by name alone.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return false
  }
}

/** True where none of its threads runs, be it in the kernel: some time after SIGSTOP. */
export function standsStill(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every(thread => {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1')
    return stat[stat.lastIndexOf(')') + 2] === 'T'
  })
}
