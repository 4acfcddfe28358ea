import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Serving } from './serving.ts'

/** How a program that serves was while it was watched. */
export interface Watched {
  /** The longest that /healthz took. */
  readonly slowestMs: number
  readonly asked: number
  readonly mostBytes: number
  /** What /readyz said, each of its states once, in order: `ready`, `not-ready: store SL_STORE_UNAVAILABLE`. */
  readonly states: readonly string[]
}

/** Asks /healthz and /readyz ten times a second, and how much memory it has, until `ended` is called. */
export function watch(serving: Serving): { ended(): Promise<Watched> } {
  const stopping = new AbortController()
  const states: string[] = []
  let slowestMs = 0
  let asked = 0
  let mostBytes = 0
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      const askedAt = performance.now()
      await serving.alive()
      slowestMs = Math.max(slowestMs, performance.now() - askedAt)
      asked++
      mostBytes = Math.max(mostBytes, residentBytes(serving.pid))
      const { status, problems } = await serving.readiness()
      const state = [status, ...new Set(problems.map(({ part, code }) => `${part} ${code}`))].join(': ')
      if (states.at(-1) !== state) states.push(state)
      await pause(100, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  })()
  // Heard when it is asked for.
  watching.catch(() => undefined)
  return {
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
