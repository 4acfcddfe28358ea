import { Agent, get } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** One connection after another for each of `connections`, which stay open. */
export class Requests implements Disposable {
  readonly #agent: Agent
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>

  constructor(url: string, connections: number, headers: Readonly<Record<string, string>> = {}) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections })
    this.#url = url
    this.#headers = headers
  }

  /** Gives the whole answer. Throws for another status than 200. */
  ask(path: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const request = get(`${this.#url}${path}`, { agent: this.#agent, headers: this.#headers }, answer => {
        let text = ''
        answer.setEncoding('utf8').on('data', chunk => {
          text += chunk
        })
        answer.on('error', reject).on('end', () => {
          if (answer.statusCode === 200) resolve(text)
          else reject(new Error(`${path} was answered with ${answer.statusCode}: ${text.slice(0, 200)}`))
        })
      })
      request.on('error', reject)
    })
  }

  /** Milliseconds of each of `count` requests, one after the other. */
  async inTurn(path: string, count: number): Promise<number[]> {
    const times: number[] = []
    for (let asked = 0; asked < count; asked++) {
      const startedMs = performance.now()
      await this.ask(path)
      times.push(performance.now() - startedMs)
    }
    return times
  }

  /** The same at a rate, whatever the answers take: from when each was due, so that waiting for others counts. */
  async atRate(paths: readonly string[], perSecond: number, seconds: number): Promise<number[]> {
    const startedMs = performance.now()
    const asked: Promise<number>[] = []
    for (let index = 0; index < perSecond * seconds; index++) {
      const dueMs = startedMs + (index * 1000) / perSecond
      while (performance.now() < dueMs) await pause(Math.max(0, dueMs - performance.now()))
      asked.push(this.ask(paths[index % paths.length]!).then(() => performance.now() - dueMs))
    }
    return Promise.all(asked)
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}
