import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type ServerOptions, startServer } from '../../src/api/server.ts'
import { SightlineError } from '../../src/core/errors.ts'
import { letIn } from '../support/let-in.ts'

const start = (routes?: ServerOptions['routes']) =>
  startServer({ callers: letIn(), host: '127.0.0.1', port: 0, health: { problems: () => [] }, routes })

/** The first line that comes back for a request to become a WebSocket. */
async function upgrade(url: string, path: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  try {
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`
    )
    const [answer] = await once(socket, 'data')
    return String(answer).split('\r\n', 1)[0]!
  } finally {
    socket.destroy()
  }
}

test('S1 what is nowhere is told as a problem document, without its query', async () => {
  await using server = await start()
  const answer = await fetch(`${server.url}/nowhere?token=secret`)
  equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  deepStrictEqual(await answer.json(), {
    type: 'about:blank',
    title: 'Not Found',
    status: 404,
    detail: 'There is nothing at GET /nowhere.',
    code: 'SL_ROUTE_UNKNOWN'
  })
})

const failures = [
  {
    rule: 'S2 an error of ours keeps its code',
    error: new SightlineError('SL_JOB_NOT_FOUND', 'No job 7.'),
    status: 404
  },
  { rule: 'S3 an unforeseen error says nothing of the inside', error: new Error('password'), status: 500 }
]
for (const { rule, error, status } of failures) {
  test(rule, async () => {
    await using server = await start(routes => {
      routes.get('/fails', { config: { access: { open: true } } }, async () => {
        throw error
      })
    })
    const answer = await fetch(`${server.url}/fails`)
    equal(answer.status, status)
    const { code, detail } = (await answer.json()) as { code: string; detail: string }
    const expected =
      status === 500 ? ['SL_INTERNAL', 'Something unforeseen happened.'] : ['SL_JOB_NOT_FOUND', error.message]
    deepStrictEqual([code, detail], expected)
  })
}

test('S4 an upgrade reaches the handler of its path, whatever its query; any other is refused', async () => {
  await using server = await start(routes => {
    routes.onUpgrade('/live', (_request, socket) => void socket.end('HTTP/1.1 101 Taken\r\n\r\n'), {
      area: 'live',
      need: 'view',
      stream: 'none'
    })
  })
  equal(await upgrade(server.url, '/live?since=7'), 'HTTP/1.1 101 Taken')
  equal(await upgrade(server.url, '/other'), 'HTTP/1.1 404 Not Found')
})

test('S5 connections that were upgraded do not keep the server from closing', async () => {
  const server = await start(routes => {
    routes.onUpgrade('/live', (_request, socket) => void socket.write('HTTP/1.1 101 Taken\r\n\r\n'), {
      area: 'live',
      need: 'view',
      stream: 'none'
    })
  })
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.write('GET /live HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')
  await once(socket, 'data')
  await server[Symbol.asyncDispose]()
  socket.destroy()
})

test('S6 who is refused while still sending hears why', async t => {
  const server = await start(async routes => {
    routes.post('/small', { config: { access: { open: true } } }, async () => 'taken')
  })
  t.after(() => server[Symbol.asyncDispose]())
  const { hostname, port } = new URL(server.url)
  const half = Buffer.alloc(512 * 1024, 'x')
  const socket = connect(Number(port), hostname).pause()
  await once(socket, 'connect')
  socket.write(
    `POST /small HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: ${2 * half.length}\r\n\r\n`
  )
  socket.write(half)
  await pause(100) // It could have been answered by now.
  await new Promise(resolve => socket.write(half, resolve))
  await pause(100)
  const [answer] = await once(socket.resume(), 'data')
  match(String(answer), /^HTTP\/1\.1 413 [\s\S]*SL_REQUEST_INVALID/)
  socket.destroy()
})
