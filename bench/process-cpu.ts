import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second of /proc: 100 on every Linux that runs Node. */
const ticksPerSecond = 100

/** Processor seconds of a process so far, by the names of its threads. Linux only. */
export function threadSeconds(pid: number | 'self'): Map<string, number> {
  const seconds = new Map<string, number>()
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8')
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'))
      // What follows the name begins with field 3; user and system time are fields 14 and 15.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const ticks = Number(fields[11]) + Number(fields[12])
      seconds.set(name, (seconds.get(name) ?? 0) + ticks / ticksPerSecond)
    } catch {
      // A thread that has just ended; what it used is lost, and was little.
    }
  }
  return seconds
}

/** Threads that run models: `name` of the workers in src/vision/session-pool.ts. */
const inferenceThread = 'session'

export interface CpuSpent {
  /** Without inference. */
  readonly otherSeconds: number
  readonly inferenceSeconds: number
}

/** Of several processes together, since they began. */
export function cpuSpent(pids: readonly (number | 'self')[]): CpuSpent {
  let [otherSeconds, inferenceSeconds] = [0, 0]
  for (const pid of pids)
    for (const [name, seconds] of threadSeconds(pid)) {
      if (name === inferenceThread) inferenceSeconds += seconds
      else otherSeconds += seconds
    }
  return { otherSeconds, inferenceSeconds }
}
