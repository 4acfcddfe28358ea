import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { SightlineError } from '../../core/errors.ts'

const path = '/.well-known/acme-challenge/'

/** What the authority may ask for while an order is under way. */
export interface OpenChallenges extends AsyncDisposable {
  /** Resolves once `answer` is given to whoever asks for `token`. */
  readonly answer: (token: string, answer: string) => Promise<void>
}

/**
 * Answers the authority's HTTP-01 challenges (RFC 8555, 8.3): on our own server where the authority's port leads to it,
 * else on a port of their own, which is open for as long as an order takes.
 */
export class AcmeChallenges {
  readonly #host: string
  readonly #port: number
  readonly #answers = new Map<string, string>()
  #server: FastifyInstance | undefined

  constructor(host: string, port: number) {
    this.#host = host
    this.#port = port
  }

  addRoute(server: FastifyInstance): void {
    this.#server = server
    server.get<{ Params: { token: string } }>(
      `${path}:token`,
      { config: { access: { open: true }, plain: true } },
      async (request, reply) => {
        const answer = this.#answers.get(request.params.token)
        if (answer === undefined) return reply.callNotFound()
        return reply.type('application/octet-stream').send(answer)
      }
    )
  }

  /** Throws SL_CERTIFICATE_REFUSED where the port is taken. */
  async open(): Promise<OpenChallenges> {
    const isOurs = this.#server?.addresses().some(address => (address as AddressInfo).port === this.#port)
    const own = isOurs ? undefined : await this.#listen()
    return {
      answer: async (token, answer) => void this.#answers.set(token, answer),
      [Symbol.asyncDispose]: async () => {
        this.#answers.clear()
        own?.closeAllConnections()
        await own?.[Symbol.asyncDispose]()
      }
    }
  }

  async #listen(): Promise<Server> {
    const server = createServer(({ url = '' }, response) => {
      const answer = url.startsWith(path) ? this.#answers.get(url.slice(path.length)) : undefined
      response.writeHead(answer === undefined ? 404 : 200, { connection: 'close' }).end(answer)
    })
    try {
      server.listen({ host: this.#host, port: this.#port })
      await once(server, 'listening')
      return server
    } catch (cause) {
      throw new SightlineError(
        'SL_CERTIFICATE_REFUSED',
        `The authority's requests cannot be answered on ${this.#host}:${this.#port}: ${(cause as Error).message}. Give another port that port 80 is handed to, with --acme-port.`,
        { cause, retryable: true }
      )
    }
  }
}
