import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { startServer } from '../../src/api/server.ts'
import { letIn } from '../support/let-in.ts'

// Clients that are slow on purpose, at a server as it is started. Two thousand of them at a whole one: faults/api-floods.fault-test.ts.

async function started(t: TestContext) {
  let routed!: FastifyInstance
  let taken = 0
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    health: { problems: () => [] },
    callers: letIn(),
    routes(routes) {
      routed = routes
      routes.addHook('preParsing', async () => void taken++)
      const access = { area: 'system', need: 'administer', stream: 'none' } as const
      routes.post('/change', { config: { access } }, async () => 'changed')
      routes.post('/open', { config: { access: { open: true } } }, async () => 'changed')
    }
  })
  t.after(() => server[Symbol.asyncDispose]())
  const { port } = new URL(server.url)
  const open = async (...lines: readonly string[]): Promise<Socket> => {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => undefined)
    t.after(() => socket.destroy())
    await once(socket, 'connect')
    socket.write([...lines, ''].join('\r\n'))
    return socket
  }
  return { url: server.url, server: () => routed.server, open, taken: () => taken }
}

const closed = (socket: Socket) => new Promise<void>(resolve => socket.resume().once('close', () => resolve()))

test('SC1 whoever does not come to the end of their headers is cut off, and others are answered meanwhile', async t => {
  const { url, server, open } = await started(t)
  equal(server().headersTimeout, 15_000)
  // Looked at every five seconds, which cannot be changed once it listens.
  server().headersTimeout = 100
  const slow = await Promise.all(Array.from({ length: 50 }, () => open('GET /healthz HTTP/1.1', 'host: x', 'x: ')))
  const cut = Promise.all(slow.map(closed))
  const dripping = setInterval(() => {
    for (const socket of slow) socket.write('x')
  }, 50)
  t.after(() => clearInterval(dripping))
  equal((await fetch(`${url}/healthz`)).status, 200)
  await cut
  equal((await fetch(`${url}/healthz`)).status, 200)
})

test('SC2 whoever does not come to the end of a body within 30 s is cut off, on every route', async t => {
  const { open, taken } = await started(t)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const head = ['host: x', 'content-type: application/json', 'content-length: 10', '', '{']
  const slow = await Promise.all(['/change', '/open'].map(path => open(`POST ${path} HTTP/1.1`, ...head)))
  while (taken() < slow.length) await new Promise(setImmediate)
  t.mock.timers.tick(29_999)
  await new Promise(setImmediate)
  deepStrictEqual(
    slow.map(socket => socket.destroyed),
    [false, false]
  )
  const cut = Promise.all(slow.map(closed))
  t.mock.timers.tick(1)
  await cut
})

test('SC3 whoever is refused because of their address is not listened to any longer', { timeout: 20_000 }, async t => {
  const { open } = await started(t)
  // Time stands still: nobody is cut off for being slow.
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const socket = await open('POST /%c0%ae HTTP/1.1', 'host: x', 'content-length: 1000000', '', 'x')
  const dripping = setInterval(() => socket.write('x'), 50)
  t.after(() => clearInterval(dripping))
  let said = ''
  socket.on('data', data => {
    said += data
  })
  await closed(socket)
  ok(/^HTTP\/1\.1 400 /.test(said), said)
})
