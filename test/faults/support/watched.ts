import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Serving } from './serving.ts'
import { Standstills } from './standstills.ts'

/** How a program that serves was while it was watched. */
export interface Watched {
  /** The longest that /healthz took, without the time in which the machine stood still. */
  readonly slowestMs: number
  readonly asked: number
  readonly mostBytes: number
  /** What /readyz said, each of its states once, in order: `ready`, `not-ready: store SL_STORE_UNAVAILABLE`. */
  readonly states: readonly string[]
}

export interface Watching {
  /** The states so far. */
  readonly states: readonly string[]
  ended(): Promise<Watched>
}

/**
 * Asks /healthz and /readyz ten times a second, and how much memory it has, until `ended` is called. Resolves when all was asked once.
 */
export async function watch(serving: Serving): Promise<Watching> {
  await using opening = new AsyncDisposableStack()
  const standstills = opening.use(await Standstills.open())
  const stopping = new AbortController()
  const states: string[] = []
  let slowestMs = 0
  let asked = 0
  let mostBytes = 0
  const ask = async () => {
    slowestMs = Math.max(slowestMs, await standstills.without(() => serving.alive()))
    asked++
    mostBytes = Math.max(mostBytes, residentBytes(serving.pid))
    const { status, problems } = await serving.readiness()
    const state = [status, ...new Set(problems.map(({ part, code }) => `${part} ${code}`))].join(': ')
    if (states.at(-1) !== state) states.push(state)
  }
  await ask()
  const opened = opening.move()
  const watching = (async () => {
    await using _opened = opened
    while (!stopping.signal.aborted) {
      await pause(100, undefined, { signal: stopping.signal }).catch(() => undefined)
      await ask()
    }
  })()
  // Heard when it is asked for.
  watching.catch(() => undefined)
  return {
    states,
    async ended() {
      stopping.abort()
      await watching
      return { slowestMs: Math.round(slowestMs), asked, mostBytes, states }
    }
  }
}

function residentBytes(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? []
  return Number(kib) * 1024
}
