import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** A program to be measured as a whole: its start and its end count. */
export interface Program {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>
}

/** One run of a program. */
export interface Run {
  /** Processor time of the process, all its threads and all its children, user and system. */
  readonly cpuSeconds: number
  readonly wallSeconds: number
  readonly stdout: string
}

/** POSIX: `times` tells what the shell's finished children used, whatever language they are written in. */
const timed = '"$@"; status=$?; times >&3; exit $status'

/** Runs a program to its end. Throws with the end of its standard error when it fails. */
export async function runProgram({ name, command, args, env }: Program): Promise<Run> {
  const started = performance.now()
  const child = spawn('sh', ['-c', timed, 'sh', command, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env, LC_ALL: 'C' }
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const [stdout, stderr, times, status] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    text(child.stdio[3] as Readable),
    ended
  ])
  const wallSeconds = (performance.now() - started) / 1000
  if (status !== 0) throw new Error(`${name} ended with status ${status}:\n${stderr.trim().slice(-2000)}`)
  return { cpuSeconds: childSeconds(times), wallSeconds, stdout }
}

/** Reads the second line of what `times` prints: user and system time of the children, such as `1m2.5s 0m0.25s`. */
export function childSeconds(times: string): number {
  const spans = [...(times.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)]
  if (spans.length !== 2) throw new Error(`The shell's times cannot be read: ${JSON.stringify(times)}.`)
  return spans.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0)
}
