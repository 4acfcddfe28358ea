import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

const program = join(import.meta.dirname, '../../src/cli.ts')

export interface Readings {
  readonly status: number
  readonly body: {
    readonly status: string
    readonly problems: readonly { readonly part: string; readonly code: string; readonly message: string }[]
  }
}

/** `sightline serve` as users start it, on a port of its own. */
export class ServingProcess implements AsyncDisposable {
  readonly child: ChildProcess
  #said = ''
  readonly #ended: Promise<number | null>

  constructor(data: string, environment: Readonly<Record<string, string>> = {}, options: readonly string[] = []) {
    this.child = spawn(process.execPath, [program, 'serve', '--data', data, '--port', '0', ...options], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...environment }
    })
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text
    })
    this.#ended = once(this.child, 'exit').then(([status]) => status)
  }

  get said(): string {
    return this.#said
  }

  /** Resolves when it has said what `pattern` finds; throws when it ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.#said)
      if (found) return found
      const ended = await Promise.race([
        this.#ended.then(() => true),
        once(this.child.stderr!, 'data').then(() => false)
      ])
      if (ended) {
        const last = pattern.exec(this.#said)
        if (last) return last
        throw new Error(`serve ended and never said ${pattern}:\n${this.#said}`)
      }
    }
  }

  async readiness(): Promise<Readings> {
    const [, url] = await this.says(/(http:\S+)\/readyz/)
    const answer = await fetch(`${url}/readyz`)
    return { status: answer.status, body: (await answer.json()) as Readings['body'] }
  }

  /** Asks it to end, and gives its exit status. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal)
    return this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL')
    await this.#ended
  }
}
