import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { test } from 'node:test'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'

const coded = (code: string, retryable?: boolean) => (error: Error & { code?: string; retryable?: boolean }) =>
  error.code === code && (retryable === undefined || error.retryable === retryable)
const never = new AbortController().signal

async function listening(): Promise<AsyncDisposable & { readonly server: Server; readonly port: number }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    server,
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.close()
    }
  }
}

test('L1 a name is looked up and connected to', async () => {
  await using place = await listening()
  const socket = await new DirectDialler().dial({ host: 'localhost', port: place.port, tls: false }, never)
  strictEqual(socket.remotePort, place.port)
  socket.destroy()
})

test('L2 where one address does not answer, the next one is tried', async () => {
  await using place = await listening()
  const dialler = new DirectDialler({ resolve: async () => ['127.0.0.2', '127.0.0.1'] })
  const socket = await dialler.dial({ host: 'camera', port: place.port, tls: false }, never)
  strictEqual(socket.remoteAddress, '127.0.0.1')
  socket.destroy()
})

test('L3 a port that nobody listens on may be tried again', async () => {
  const { port } = await (async () => {
    await using place = await listening()
    return { port: place.port }
  })()
  await rejects(
    new DirectDialler().dial({ host: '127.0.0.1', port, tls: false }, never),
    coded('SL_INPUT_NETWORK', true)
  )
})

test('L4 a name without an address cannot be reached', async () => {
  const dialler = new DirectDialler({ resolve: async () => [] })
  await rejects(dialler.dial({ host: 'nobody', port: 1, tls: false }, never), coded('SL_INPUT_NETWORK'))
})

test('L5 a server that accepts and says nothing is given up when its time is over', async () => {
  await using place = await listening()
  const dialler = new DirectDialler({ timeoutMs: 100 })
  await rejects(
    dialler.dial({ host: '127.0.0.1', port: place.port, tls: true }, never),
    coded('SL_INPUT_TIMEOUT', true)
  )
})

test('L6 a look-up that hangs is given up when its time is over', async () => {
  const dialler = new DirectDialler({ timeoutMs: 50, resolve: () => new Promise(() => undefined) })
  await rejects(dialler.dial({ host: 'slow', port: 1, tls: false }, never), coded('SL_INPUT_TIMEOUT'))
})

test('L7 it can be called off, before and while it dials, and leaves no connection', async () => {
  await using place = await listening()
  const target = { host: '127.0.0.1', port: place.port, tls: true }
  await rejects(new DirectDialler().dial(target, AbortSignal.abort()), coded('SL_CANCELLED'))
  const stopping = new AbortController()
  const dialling = new DirectDialler().dial(target, stopping.signal)
  const [socket] = await once(place.server, 'connection')
  stopping.abort()
  await rejects(dialling, coded('SL_CANCELLED'))
  socket.resume()
  await once(socket, 'close')
  deepStrictEqual(socket.destroyed, true)
})
