import type { IncomingMessage } from 'node:http'
import type { FastifyInstance } from 'fastify'

/** What is read of a body that nobody wants. Raise it to be understood by who sends more, at their traffic. */
const mostBytes = 4 << 20
const longestMs = 1000

/**
 * Reads what a refused request still sends before it is answered, as far as that is soon done: a connection that is closed on
 * somebody who still writes is reset, and the answer with it (RFC 9112 §9.6).
 */
export function readOutRefused(server: FastifyInstance): void {
  server.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.statusCode < 400 || request.raw.complete) done()
    else void readOut(request.raw).then(() => done())
  })
}

function readOut(request: IncomingMessage): Promise<void> {
  return new Promise(resolve => {
    let bytes = 0
    const done = () => {
      clearTimeout(timer)
      request.off('data', take).off('close', done).off('end', done)
      resolve()
    }
    const take = (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > mostBytes) done()
    }
    const timer = setTimeout(done, longestMs)
    request.on('data', take).on('close', done).on('end', done)
  })
}
