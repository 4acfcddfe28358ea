import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pipeline, type Readable } from 'node:stream'

export interface FolderServer extends AsyncDisposable {
  /** With a slash at the end. */
  readonly url: string
  /** Sends what comes out of a program under that name, without an end. */
  pipe(name: string, stream: Readable): void
}

/** Shows a folder's files over HTTP as they are at that moment, and parts of them. */
export async function startFolderServer(folder: string): Promise<FolderServer> {
  const piped = new Map<string, Readable>()
  const server = createServer(async (request, response) => {
    const name = new URL(request.url!, 'http://host').pathname.slice(1)
    const stream = piped.get(name)
    if (stream) return void pipeline(stream, response, () => undefined)
    const path = join(folder, name)
    const size = await stat(path).then(
      facts => facts.size,
      () => undefined
    )
    if (size === undefined) return void response.writeHead(404).end()
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? []
    const part = from === undefined ? { start: 0, end: size - 1 } : { start: Number(from), end: Number(to) }
    response.writeHead(from === undefined ? 200 : 206, { 'content-length': part.end - part.start + 1 })
    pipeline(createReadStream(path, part), response, () => undefined)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    pipe: (name, stream) => void piped.set(name, stream),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    }
  }
}
