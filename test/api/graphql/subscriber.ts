import type { TestContext } from 'node:test'
import { type Client, createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

interface Heard {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[]
}

/** What one subscription tells, as it comes. */
export class Told {
  readonly heard: Heard[] = []
  /** Codes that it ended with; empty where it was completed. */
  ended: readonly string[] | undefined
  #changed = Promise.withResolvers<void>()

  next(value: Heard): void {
    this.heard.push(value)
    this.#change()
  }

  end(codes: readonly string[]): void {
    this.ended = codes
    this.#change()
  }

  /** Resolves once it has heard as much. */
  async hears(count: number): Promise<readonly Heard[]> {
    while (this.heard.length < count) {
      if (this.ended) throw new Error(`It ended with ${this.ended.join(', ') || 'nothing'}.`)
      await this.#changed.promise
    }
    return this.heard
  }

  async isOver(): Promise<readonly string[]> {
    while (!this.ended) await this.#changed.promise
    return this.ended
  }

  #change(): void {
    const changed = this.#changed
    this.#changed = Promise.withResolvers()
    changed.resolve()
  }
}

/** Somebody who subscribes by the protocol's own client. */
export class Subscriber {
  readonly client: Client
  socket: WebSocket | undefined

  constructor(t: TestContext, url: string, headers: Readonly<Record<string, string>> = {}) {
    const keep = (socket: WebSocket) => {
      this.socket = socket
    }
    class Socket extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers })
        keep(this)
      }
    }
    this.client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: Socket,
      retryAttempts: 0,
      lazyCloseTimeout: 1000
    })
    t.after(() => this.client.dispose())
  }

  follow(query: string, variables: Record<string, unknown> = {}): Told {
    const told = new Told()
    this.client.subscribe(
      { query, variables },
      {
        next: value => told.next(value as Heard),
        error: error => told.end(codesOf(error)),
        complete: () => told.end([])
      }
    )
    return told
  }
}

function codesOf(error: unknown): readonly string[] {
  if (Array.isArray(error)) return error.map(({ extensions }) => String(extensions?.code))
  return [`closed ${(error as { code?: number }).code}`]
}
