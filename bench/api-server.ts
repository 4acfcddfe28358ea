import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { childrenOf } from '../test/faults/support/process-figures.ts'
import { asFirstAdmin } from '../test/support/first-admin.ts'

const program = join(import.meta.dirname, '../bin/sightline.mjs')

/** `sightline serve` as users start it, with everything in one: the program that they start, and what it starts. */
export class ApiServer implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #startedMs = performance.now()
  #said = ''

  constructor(data: string, settings?: string) {
    const args = ['serve', '--data', data, '--port', '0', ...(settings === undefined ? [] : ['--config', settings])]
    this.#child = spawn(process.execPath, [program, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, SIGHTLINE_RATE_LIMITS: 'off' }
    })
    this.#child.stderr?.setEncoding('utf8').on('data', text => {
      this.#said += text
    })
  }

  /** Its address, and how long it took from its start until `/readyz` said so. */
  async ready(): Promise<{ readonly url: string; readonly seconds: number }> {
    for (;;) {
      const [, url] = /(http:\S+)\/readyz/.exec(this.#said) ?? []
      if (url !== undefined && (await fetch(`${url}/readyz`)).ok)
        return { url, seconds: (performance.now() - this.#startedMs) / 1000 }
      if (this.#child.exitCode !== null) throw new Error(`serve ended:\n${this.#said}`)
      await pause(5)
    }
  }

  /** Headers of who may do everything. */
  async asAdmin(url: string): Promise<{ readonly cookie: string }> {
    return asFirstAdmin(url, this.#said)
  }

  /** 10⁶ bytes of all its processes. What they map of files is the same program, and counted once. */
  megabytes(): number {
    const all = familyOf(this.#child.pid!).map(pid => {
      const figures = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1')
      const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(figures)?.[1] ?? 0) * 1024
      return { own: bytes('Anonymous'), mapped: bytes('Rss') - bytes('Anonymous') }
    })
    const own = all.reduce((sum, each) => sum + each.own, 0)
    return (own + Math.max(...all.map(({ mapped }) => mapped))) / 1e6
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGTERM')
    await ended
  }
}

function familyOf(pid: number): readonly number[] {
  return [pid, ...childrenOf(pid).flatMap(familyOf)]
}
