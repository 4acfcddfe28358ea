import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { GrpcConnection } from '../../../src/vision/remote/grpc-call.ts'
import { inTime } from '../../support/in-time.ts'

/** A server that does this with each call, and a connection to it. */
async function scene(serve: (stream: ServerHttp2Stream) => void) {
  const open = new Set<ServerHttp2Session>()
  const server = createServer().on('session', session => {
    open.add(session)
    session.on('error', () => undefined)
  })
  server.on('stream', stream => {
    stream.on('error', () => undefined).resume()
    stream.once('end', () => serve(stream))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const place = { url: origin.replace('http', 'grpc'), model: 'm' }
  const connection = new GrpcConnection(place, origin, {})
  return {
    call: (timeoutMs = 20_000, mostBytes?: number) =>
      inTime('the call is over', connection.call('/s/M', [Buffer.from('asked')], timeoutMs, mostBytes)),
    /** Connections that were made so far. */
    made: () => open.size,
    async [Symbol.asyncDispose]() {
      connection[Symbol.dispose]()
      for (const session of open) session.destroy()
      server.close()
    }
  }
}

const usual = { ':status': 200, 'content-type': 'application/grpc' }

/** Answers with these bytes, and this status behind them. */
function answer(bytes: Uint8Array, status: number | undefined = 0) {
  return (stream: ServerHttp2Stream) => {
    stream.respond(usual, { waitForTrailers: true })
    stream.on('wantTrailers', () =>
      status === undefined ? stream.close() : stream.sendTrailers({ 'grpc-status': status })
    )
    stream.end(bytes)
  }
}

/** A message with what stands before it: whether it is packed, and how long it is said to be. */
function message(text: string, { packed = 0, length = text.length } = {}): Buffer {
  const prefix = Buffer.alloc(5)
  prefix[0] = packed
  prefix.writeUInt32BE(length, 1)
  return Buffer.concat([prefix, Buffer.from(text)])
}

test('GC1 an answer is its one message', async () => {
  await using here = await scene(answer(message('so be it')))
  strictEqual(String(await here.call()), 'so be it')
})

const broken: readonly { readonly what: string; readonly bytes: Uint8Array }[] = [
  { what: 'a packed message, which nobody asked for', bytes: message('so be it', { packed: 1 }) },
  { what: 'more than it says', bytes: message('so be it', { length: 3 }) },
  { what: 'less than it says', bytes: message('so be it', { length: 30 }) },
  { what: 'two messages', bytes: Buffer.concat([message('so'), message('be it')]) },
  { what: 'no message', bytes: Buffer.alloc(0) }
]
for (const { what, bytes } of broken)
  test(`GC2 ${what} is SL_REMOTE_INVALID, and not asked for again`, async () => {
    await using here = await scene(answer(bytes))
    await rejects(here.call(), { code: 'SL_REMOTE_INVALID', retryable: false })
  })

const statuses: readonly { readonly status: number; readonly code: string; readonly retryable: boolean }[] = [
  { status: 4, code: 'SL_REMOTE_LATE', retryable: true },
  { status: 14, code: 'SL_REMOTE_FAILED', retryable: true },
  { status: 5, code: 'SL_REMOTE_REFUSED', retryable: false },
  { status: 16, code: 'SL_REMOTE_REFUSED', retryable: false }
]
for (const { status, code, retryable } of statuses)
  test(`GC3 status ${status} of gRPC is ${code}`, async () => {
    await using here = await scene(answer(Buffer.alloc(0), status))
    await rejects(here.call(), { code, retryable })
  })

for (const [http, code] of [
  [502, 'SL_REMOTE_FAILED'],
  [404, 'SL_REMOTE_REFUSED']
] as const)
  test(`GC4 ${http} of HTTP, as a gate before the server answers, is ${code}`, async () => {
    await using here = await scene(stream => stream.respond({ ':status': http }, { endStream: true }))
    await rejects(here.call(), { code, message: new RegExp(`answers ${http}`) })
  })

test('GC5 more bytes than an answer may have are not waited for', async () => {
  await using here = await scene(stream => {
    stream.respond(usual)
    stream.write(Buffer.alloc(2000))
  })
  await rejects(here.call(20_000, 1000), { code: 'SL_REMOTE_INVALID' })
})

test('GC6 a call that takes too long takes its connection with it, and the next one has another', async () => {
  let asked = 0
  await using here = await scene(stream => asked++ > 0 && answer(message('here'))(stream))
  await rejects(here.call(200), { code: 'SL_REMOTE_LATE', retryable: true, message: /within 200 ms/ })
  deepStrictEqual([String(await here.call()), here.made()], ['here', 2])
})

test('GC7 what a server says of its troubles is told without what would garble a terminal, and not at length', async () => {
  const said = `\u001b[31mred\n${'long '.repeat(1000)}`
  await using here = await scene(stream =>
    stream.respond({ ...usual, 'grpc-status': 3, 'grpc-message': encodeURIComponent(said) }, { endStream: true })
  )
  await rejects(here.call(), error => {
    const { message: told } = error as Error
    return /status 3 of gRPC: .*red long/.test(told) && told.length < 400 && !/\p{Cc}/u.test(told)
  })
})
