import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import {
  createServer as createHttp2Server,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'
import {
  bytesField,
  messageField,
  payload,
  readMessage,
  subMessages,
  textField,
  textOf,
  type WireField,
  writeMessage
} from '../../src/vision/onnx/wire.ts'
import type { TensorSpec } from '../../src/vision/remote/kserve-client.ts'

/** An output as the scripted server tells it, true or not. */
export interface ToldOutput extends TensorSpec {
  readonly bytes: Uint8Array
}

/** What a scripted server does with a picture: answers with these outputs, or with whatever else. */
export type Deed =
  | { readonly outputs: readonly ToldOutput[] }
  /** Says nothing, ever. */
  | 'hang'
  /** Closes the connection in the middle. */
  | 'break'
  /** Over HTTP: goes on in another protocol, which nobody asked for. */
  | 'switch'
  /** Answers only after that time. */
  | { readonly outputs: readonly ToldOutput[]; readonly afterMs: number }
  /** Of HTTP, or the status of gRPC that means the same. */
  | { readonly status: 400 | 503 }
  /** These bytes in place of an answer. */
  | { readonly garbage: Uint8Array }

export interface Script {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** Whether it has the binary extension of HTTP. */
  readonly isBinary?: boolean
  /** @param picture the numbers that it was sent */
  readonly answer: (picture: Float32Array) => Deed
}

/** A KServe v2 server that does what a script says, lies included; it runs no model. */
export class ScriptedKserve implements AsyncDisposable {
  script: Script
  readonly kind: 'http' | 'grpc'
  /** Of every request since it began: its headers. */
  readonly heard: Record<string, unknown>[] = []
  #server: ReturnType<typeof createServer> | Http2Server | undefined
  #open = new Set<Socket | ServerHttp2Session>()
  #port = 0

  constructor(kind: 'http' | 'grpc', script: Script) {
    this.kind = kind
    this.script = script
  }

  static async start(kind: 'http' | 'grpc', script: Script): Promise<ScriptedKserve> {
    const server = new ScriptedKserve(kind, script)
    await server.start()
    return server
  }

  get url(): string {
    return `${this.kind}://127.0.0.1:${this.#port}`
  }

  /** Again at the port that it had. */
  async start(): Promise<void> {
    const server =
      this.kind === 'http'
        ? createServer((request, response) => void this.#overHttp(request, response))
        : createHttp2Server().on('stream', (stream, headers) => void this.#overGrpc(stream, headers))
    const remember = (each: Socket | ServerHttp2Session) => {
      this.#open.add(each)
      each.on('error', () => undefined)
      each.once('close', () => this.#open.delete(each))
    }
    server.on(this.kind === 'http' ? 'connection' : 'session', remember)
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** As when its process is killed. */
  async stop(): Promise<void> {
    const server = this.#server
    if (!server?.listening) return
    const closed = once(server, 'close')
    server.close()
    for (const each of this.#open) each.destroy()
    await closed
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #overHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.heard.push(request.headers)
    const { inputs, outputs, isBinary = true } = this.script
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const json = (value: object) => response.end(JSON.stringify(value))
    if (request.url === '/v2')
      return void json({ name: 'scripted', extensions: isBinary ? ['binary_tensor_data'] : [] })
    if (request.method === 'GET') return void json({ name: 'model', inputs, outputs })
    const body = Buffer.concat(chunks)
    const length = Number(request.headers['inference-header-content-length'] ?? body.length)
    const [input] = JSON.parse(body.subarray(0, length).toString()).inputs
    const picture = input.data ? Float32Array.from(input.data) : floats(body.subarray(length))
    const deed = this.script.answer(picture)
    if (deed === 'hang') return
    if (deed === 'break')
      return void response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy())
    if (deed === 'switch')
      return void request.socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'
      )
    if ('status' in deed) return void response.writeHead(deed.status).end('so it is')
    if ('garbage' in deed) return void response.end(deed.garbage)
    if ('afterMs' in deed) await new Promise(resolve => setTimeout(resolve, deed.afterMs))
    if (!isBinary)
      return void json({ outputs: deed.outputs.map(({ bytes, ...spec }) => ({ ...spec, data: [...floats(bytes)] })) })
    const told = deed.outputs.map(({ bytes, ...spec }) => ({
      ...spec,
      parameters: { binary_data_size: bytes.length }
    }))
    const head = Buffer.from(JSON.stringify({ outputs: told }))
    response.setHeader('inference-header-content-length', head.length)
    response.end(Buffer.concat([head, ...deed.outputs.map(({ bytes }) => bytes)]))
  }

  async #overGrpc(stream: ServerHttp2Stream, headers: Record<string, unknown>): Promise<void> {
    this.heard.push(headers)
    stream.on('error', () => undefined)
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk)
    const request = readMessage(Buffer.concat(chunks).subarray(5))
    const { inputs, outputs } = this.script
    if (headers[':path'] === '/inference.GRPCInferenceService/ModelMetadata')
      return reply(
        stream,
        writeMessage([
          ...inputs.map(spec => messageField(4, told(spec))),
          ...outputs.map(spec => messageField(5, told(spec)))
        ])
      )
    const raw = request.find(({ number }) => number === 7)
    const deed = this.script.answer(floats(payload(raw!)))
    if (deed === 'hang' || deed === 'switch') return
    if (deed === 'break') return stream.session?.destroy()
    if ('status' in deed) {
      const status = deed.status === 503 ? 14 : 3
      const message = encodeURIComponent(`${textOf(subMessages(request, 5)[0]!, 1)}: so it is`)
      return stream.respond(
        { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': status, 'grpc-message': message },
        { endStream: true }
      )
    }
    if ('garbage' in deed) return reply(stream, deed.garbage)
    if ('afterMs' in deed) await new Promise(resolve => setTimeout(resolve, deed.afterMs))
    const fields = deed.outputs.map(output => messageField(5, told(output)))
    reply(stream, writeMessage([...fields, ...deed.outputs.map(({ bytes }) => bytesField(6, bytes))]))
  }
}

function told({ name, datatype, shape }: TensorSpec): WireField[] {
  const writer = new BinaryWriter().tag(3, WireType.LengthDelimited).fork()
  for (const size of shape) writer.int64(size)
  const packed = { number: 3, type: WireType.LengthDelimited, raw: writer.join().finish() }
  return [textField(1, name), textField(2, datatype), packed]
}

function reply(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed) return
  const prefix = Buffer.alloc(5)
  prefix.writeUInt32BE(message.length, 1)
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  stream.end(Buffer.concat([prefix, message]))
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer)
}
