import { deepStrictEqual } from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Problem } from '../../../src/core/health.ts'
import { type ChildOptions, NodeChild } from './child-process.ts'
import { until } from './until.ts'

const entry = resolve(import.meta.dirname, '../../../src/cli.ts')

export interface ServingOptions extends Omit<ChildOptions, 'onLine'> {
  /** Further options of the command. */
  readonly args?: readonly string[]
}

/** `sightline serve` on a data folder, as a user starts it. */
export class Serving extends NodeChild {
  readonly data: string
  #url: string | undefined

  constructor(data: string, { env, args = [], ...options }: ServingOptions = {}) {
    super([entry, 'serve', '--data', data, '--port', '0', ...args], {
      env: { SIGHTLINE_DATABASE_URL: undefined, SIGHTLINE_LOG_LEVEL: 'warn', ...env },
      ...options
    })
    this.data = data
  }

  /** True once everything was open. */
  get wasReady(): boolean {
    return this.said.includes('Ready, on')
  }

  async ready(): Promise<void> {
    await until('it is ready', () => this.wasReady || !this.isRunning, { why: () => this.said })
    if (!this.wasReady) throw new Error(`sightline serve ended: ${this.said}`)
    // Only the end of what it says is kept.
    this.#findUrl()
  }

  /** What /readyz says. */
  async readiness(): Promise<{ readonly status: string; readonly problems: readonly Problem[] }> {
    return (await this.#ask('readyz')) as Awaited<ReturnType<Serving['readiness']>>
  }

  /** Resolves when /healthz has answered. */
  async alive(): Promise<void> {
    deepStrictEqual(await this.#ask('healthz'), { status: 'alive' })
  }

  async listening(): Promise<void> {
    await until('it listens', () => this.said.includes('/readyz') || !this.isRunning, { why: () => this.said })
  }

  async #ask(what: 'healthz' | 'readyz'): Promise<unknown> {
    this.#findUrl()
    if (!this.#url) throw new Error(`It does not listen yet: ${this.said}`)
    return (await fetch(`${this.#url}/${what}`, { signal: AbortSignal.timeout(60_000) })).json()
  }

  #findUrl(): void {
    this.#url ??= /(http:\S+)\/readyz/.exec(this.said)?.[1]
  }

  /** Resolves when every log was delivered and is gone. Their writers have to be gone. */
  async drained(): Promise<void> {
    const left = () => logsIn(this.data)
    await until('all logs are delivered', () => left().length === 0 || !this.isRunning, {
      why: () => `Left: ${left().join(', ')}. ${this.said}`
    })
    if (!this.isRunning) throw new Error(`sightline serve ended: ${this.said}`)
  }
}

/** Names of the logs that wait in a data folder, those on their way out too. */
export function logsIn(data: string): string[] {
  return readdirSync(join(data, 'logs')).filter(name => !['.damaged', '.writable', 'lost+found'].includes(name))
}
