import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { sendProblem } from './problem.ts'

/**
 * What a server owes to those who asked before it was told to end: their answers. Whoever asks later is told to ask
 * elsewhere, and that this connection ends.
 */
export class LastAnswers {
  #owed = 0
  readonly #server: FastifyInstance
  readonly #mostMs: number
  #isEnding = false
  #given = () => {}

  /** @param mostMs how long answers may take that are under way: what goes on for ever, such as pictures in motion, is cut then */
  constructor(server: FastifyInstance, mostMs: number) {
    this.#server = server
    this.#mostMs = mostMs
    server.addHook('onRequest', (_request, reply, done) => {
      if (this.#isEnding) {
        sendProblem(reply.header('connection', 'close'), 503, 'SL_CANCELLED', 'This server is ending.')
        return
      }
      this.#owed++
      reply.raw.once('close', () => {
        if (--this.#owed === 0) this.#given()
      })
      done()
    })
    server.addHook('onSend', (_request, reply, _payload, done) => {
      if (this.#isEnding) reply.header('connection', 'close')
      done()
    })
  }

  /** Resolves when nobody waits for an answer any more, or must not any longer. */
  async given(): Promise<void> {
    if (this.#mostMs === 0) return
    this.#isEnding = true
    this.#server.server.close() // Nobody new, and nobody who asks nothing just now.
    if (this.#owed === 0) return
    const all = new Promise<void>(resolve => {
      this.#given = resolve
    })
    await Promise.race([all, pause(this.#mostMs, undefined, { ref: false })])
  }
}
