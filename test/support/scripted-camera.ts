import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type RtspMessage, RtspParser } from '../../src/media/sources/rtsp/rtsp-parser.ts'

export interface CameraRequest {
  readonly method: string
  readonly uri: string
  readonly headers: ReadonlyMap<string, string>
  readonly socket: Socket
}

/** Status, headers and body; undefined says nothing. */
export type CameraAnswer = { status: number; headers?: Record<string, string | undefined>; body?: string } | undefined

/** A scripted fake, for what no real RTSP server can be made to do. */
export interface ScriptedCamera extends AsyncDisposable {
  readonly port: number
  /** Without name and password. */
  readonly url: string
  /** What came, in order. */
  readonly requests: readonly CameraRequest[]
  /** Resolves with the first request of a method, also one that has come already. */
  seen(method: string): Promise<CameraRequest>
  /** Connections that are open. */
  readonly connections: ReadonlySet<Socket>
}

/** Answers as `script` says; where it gives nothing for a method, as a friendly camera with H.264 would. */
export async function scriptedCamera(
  script: Readonly<Record<string, (request: CameraRequest, nth: number) => CameraAnswer>> = {}
): Promise<ScriptedCamera> {
  const requests: CameraRequest[] = []
  const connections = new Set<Socket>()
  const watchers = new Set<() => void>()
  const server = createServer(socket => {
    connections.add(socket)
    socket.on('close', () => connections.delete(socket)).on('error', () => undefined)
    const parser = new RtspParser()
    socket.on('data', chunk => {
      for (const item of parser.take(chunk)) if (item.kind === 'message') hear(item, socket)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  function hear({ startLine, headers }: RtspMessage, socket: Socket): void {
    const [method = '', uri = ''] = startLine.split(' ')
    const request = { method, uri, headers, socket }
    requests.push(request)
    const nth = requests.filter(before => before.method === method).length
    const answer = script[method] ? script[method](request, nth) : friendly(method)
    if (answer) socket.write(text(answer, headers.get('cseq') ?? '0'))
    for (const look of watchers) look()
  }

  return {
    port,
    url: `rtsp://127.0.0.1:${port}/live`,
    requests,
    connections,
    seen: method =>
      new Promise(resolve => {
        const look = () => {
          const found = requests.find(request => request.method === method)
          if (!found) return
          watchers.delete(look)
          resolve(found)
        }
        watchers.add(look)
        look()
      }),
    async [Symbol.asyncDispose]() {
      for (const socket of connections) socket.destroy()
      server.close()
      await once(server, 'close')
    }
  }
}

export const description = [
  ...['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=Camera', 't=0 0', 'a=control:*'],
  ...['m=video 0 RTP/AVP 96', 'a=rtpmap:96 H264/90000', 'a=control:video', '']
].join('\r\n')

export function friendly(method: string): CameraAnswer {
  if (method === 'DESCRIBE') return { status: 200, body: description }
  if (method === 'SETUP')
    return { status: 200, headers: { Session: '42;timeout=60', Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' } }
  return { status: 200 }
}

function text({ status, headers = {}, body = '' }: NonNullable<CameraAnswer>, cseq: string): string {
  const all = { CSeq: cseq, ...headers, ...(body && { 'Content-Length': String(Buffer.byteLength(body)) }) }
  const lines = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : `${name}: ${value}`))
  return `RTSP/1.0 ${status} Said\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

/** Data on a channel of the connection. */
export function interleaved(channel: number, packet: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x24, channel, packet.length >> 8, packet.length & 255]), packet])
}
