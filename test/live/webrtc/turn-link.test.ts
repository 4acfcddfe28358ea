import { ok } from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { openLink } from '../../../src/live/webrtc/turn-link.ts'

async function server(onSocket: (socket: Socket) => void) {
  const listening = createServer({ allowHalfOpen: true }, onSocket).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  const place = { address: '127.0.0.1', port }
  return { listening, place, [Symbol.asyncDispose]: async () => void listening.close() }
}

test('TL1 what a server does not take in time is lost, and does not wait', async () => {
  await using given = await server(socket => socket.pause())
  const link = openLink('tcp', given.place, () => undefined)
  const [socket] = (await once(given.listening, 'connection')) as [Socket]
  const message = Buffer.alloc(64 << 10)
  for (let count = 0; count < 2000; count++) {
    link.send(message)
    if (count % 50 === 0) await new Promise(setImmediate)
  }
  let bytes = 0
  socket.on('data', chunk => (bytes += chunk.length)).resume()
  link.close()
  await once(socket, 'end')
  // What systems keep of a connection at both ends, and what may wait here; of 125 MB in all.
  ok(bytes < 32 << 20, `${bytes} bytes`)
  socket.end()
})

test('TL2 a server that does not end its side is left', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  await using given = await server(() => undefined)
  const link = openLink('tcp', given.place, () => undefined)
  const [socket] = (await once(given.listening, 'connection')) as [Socket]
  socket.resume()
  link.close()
  await once(socket, 'end')
  t.mock.timers.tick(2000)
  // Whoever is not there answers with a reset.
  const broken = once(socket, 'error')
  for (let count = 0; count < 100; count++) {
    socket.write(Buffer.alloc(1000))
    await new Promise(setImmediate)
  }
  ok((await broken)[0])
})
