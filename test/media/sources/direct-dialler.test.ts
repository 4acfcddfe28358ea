import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { test } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { LocalCertificates } from '../../../src/api/https/local-certificates.ts'
import { DirectDialler } from '../../../src/media/sources/direct-dialler.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const coded = (code: string, retryable?: boolean) => (error: Error & { code?: string; retryable?: boolean }) =>
  error.code === code && (retryable === undefined || error.retryable === retryable)
const never = new AbortController().signal

async function listening(
  host = '127.0.0.1',
  at = 0
): Promise<AsyncDisposable & { readonly server: Server; readonly port: number }> {
  const server = createServer().listen(at, host)
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

/** 127.0.0.1 speaks TLS, and answers nobody before `until`; 127.0.0.2 takes connections and never says anything. */
async function twoAddresses(until: (silentAsked: Promise<Socket>) => Promise<unknown>) {
  await using parts = new AsyncDisposableStack()
  const folder = parts.use(await temporaryFolder())
  const names = () => ({ names: ['camera'], addresses: [] })
  const log = { warn: () => undefined }
  const { current } = parts.use(await LocalCertificates.open(folder.path, { names, log }))
  const speaking = createTlsServer(current).on('tlsClientError', () => undefined)
  await once(speaking.listen(0, '127.0.0.1'), 'listening')
  parts.defer(() => void speaking.close())
  const door = parts.use(await listening())
  const silent = parts.use(await listening('127.0.0.2', door.port))
  const silentAsked = once(silent.server, 'connection').then(([socket]) => (socket as Socket).resume())
  door.server.on('connection', async caller => {
    caller.on('error', () => undefined)
    await until(silentAsked)
    const inside = connect((speaking.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined)
    caller.pipe(inside).pipe(caller)
  })
  const kept = parts.move()
  return { port: door.port, silentAsked, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

const longGuard = { timeout: 60_000 }
/** Longer than the guard: what comes only with this is missed. */
const longMs = 120_000

test('L8 one that says nothing holds up nobody, and is left when the next one answers', longGuard, async () => {
  await using places = await twoAddresses(async () => undefined)
  const resolve = async () => ['127.0.0.2', '127.0.0.1']
  const dialler = new DirectDialler({ resolve, headStartMs: 50, timeoutMs: longMs, verifyTls: false })
  const socket = await dialler.dial({ host: 'camera', port: places.port, tls: true }, never)
  strictEqual(socket.remoteAddress, '127.0.0.1')
  await once(await places.silentAsked, 'close')
  socket.destroy()
})

test('L9 one that is slow is kept where it answers before those that were tried after it', longGuard, async () => {
  await using places = await twoAddresses(silentAsked => silentAsked)
  const resolve = async () => ['127.0.0.1', '127.0.0.2']
  const dialler = new DirectDialler({ resolve, headStartMs: 50, timeoutMs: longMs, verifyTls: false })
  const socket = await dialler.dial({ host: 'camera', port: places.port, tls: true }, never)
  strictEqual(socket.remoteAddress, '127.0.0.1')
  await once(await places.silentAsked, 'close')
  socket.destroy()
})

test('L10 one that refuses is followed by the next at once, also while another says nothing', longGuard, async () => {
  await using places = await twoAddresses(async () => undefined)
  const refusing = Array.from({ length: 300 }, () => '127.0.0.3')
  const resolve = async () => ['127.0.0.2', ...refusing, '127.0.0.1']
  const dialler = new DirectDialler({ resolve, headStartMs: 400, timeoutMs: longMs, verifyTls: false })
  const socket = await dialler.dial({ host: 'camera', port: places.port, tls: true }, never)
  strictEqual(socket.remoteAddress, '127.0.0.1')
  socket.destroy()
})

test('L11 where none can be reached, it is told of the last one why', async () => {
  const { port } = await (async () => {
    await using place = await listening()
    return { port: place.port }
  })()
  const dialler = new DirectDialler({ resolve: async () => ['127.0.0.2', '127.0.0.1'] })
  await rejects(dialler.dial({ host: 'camera', port, tls: false }, never), (error: Error) => {
    const { code, address } = error.cause as NodeJS.ErrnoException & { address?: string }
    deepStrictEqual([code, address], ['ECONNREFUSED', '127.0.0.1'])
    return true
  })
})
