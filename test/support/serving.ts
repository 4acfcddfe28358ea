import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Serving extends AsyncDisposable {
  /** An address on the server; it answers every other one too. */
  readonly url: string
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[]
}

/** Serves on a loopback port of its own until disposed. Bytes are sent whole: no ranges. */
export async function serving(answer: RequestListener | Buffer | string): Promise<Serving> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (typeof answer === 'function') answer(request, response)
    else response.writeHead(200, { 'content-length': Buffer.byteLength(answer) }).end(answer)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/clip.mp4`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
