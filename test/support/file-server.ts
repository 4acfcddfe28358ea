import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How one request is answered; requests beyond the script are answered in full. */
export interface Answer {
  readonly status?: number
  readonly location?: string
  /** Breaks the connection off once the client says by `received` that it has so many bytes of the body. */
  readonly cutAfter?: number
  /** Sends so many bytes of the body and then nothing more. */
  readonly stallAfter?: number
  /** The body to send instead of the server's. */
  readonly body?: Buffer
}

/** A file on loopback, served with an ETag and ranges as RFC 9110 has them; misbehaves as scripted. */
export class FileServer implements AsyncDisposable {
  body: Buffer
  etag: string | undefined = '"one"'
  script: Answer[] = []
  /** Of the bodies alone. */
  bytesServed = 0
  readonly requests: { readonly range: string | undefined; readonly ifRange: string | undefined }[] = []
  /** Settles once bytes of a body have been sent. */
  readonly begun: Promise<void>
  #begin = () => {}
  #url = ''
  #held: { readonly until: number; readonly response: ServerResponse }[] = []
  readonly #server = createServer((request, response) => this.#answer(request, response))

  private constructor(body: Buffer) {
    this.body = body
    this.begun = new Promise(resolve => {
      this.#begin = resolve
    })
  }

  static async start(body: Buffer): Promise<FileServer> {
    const server = new FileServer(body)
    await new Promise<void>(resolve => server.#server.listen(0, '127.0.0.1', resolve))
    server.#url = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}/model.onnx`
    return server
  }

  get url(): string {
    return this.#url
  }

  /** The client has so many bytes of the file: what was to be cut there is cut, with nothing lost on the way. */
  received(bytes: number): void {
    for (const { until, response } of this.#held) if (bytes === until) response.destroy()
    this.#held = this.#held.filter(({ until }) => bytes !== until)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.script.shift() ?? {}
    const { range, 'if-range': ifRange } = request.headers
    this.requests.push({ range, ifRange: typeof ifRange === 'string' ? ifRange : undefined })
    if (answer.status) {
      response.writeHead(answer.status, answer.location ? { location: answer.location } : {}).end()
      return
    }
    const body = answer.body ?? this.body
    const asked = /^bytes=(\d+)-$/.exec(range ?? '')
    const start = asked && (ifRange === undefined || ifRange === this.etag) ? Number(asked[1]) : 0
    if (start > 0 && start >= body.length) {
      response.writeHead(416).end()
      return
    }
    const rest = body.subarray(start)
    response.writeHead(start > 0 ? 206 : 200, {
      'content-length': rest.length,
      ...(this.etag ? { etag: this.etag } : {}),
      ...(start > 0 ? { 'content-range': `bytes ${start}-${body.length - 1}/${body.length}` } : {})
    })
    const sent = rest.subarray(0, answer.cutAfter ?? answer.stallAfter ?? rest.length)
    this.bytesServed += sent.length
    if (sent.length === rest.length) response.end(sent)
    else response.write(sent)
    this.#begin()
    if (answer.cutAfter !== undefined) this.#held.push({ until: start + answer.cutAfter, response })
  }
}
