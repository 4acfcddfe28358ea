// Forked. Opens as many WebSockets as it is told, each with the next of the subscriptions, and counts the bytes that come.
import { connect, type Socket } from 'node:net'
import type { ToCrowd } from './fanout-crowd.ts'

/** Connections that are being opened at a time. */
const atOnce = 200
const sockets: Socket[] = []
/** Since the last time that somebody waited for them. */
let bytes = 0
let wanted = Number.POSITIVE_INFINITY

// Unasked, since nobody here reads what the frames are: the server would take the silent for gone.
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0])
setInterval(() => {
  for (const socket of sockets) socket.write(pong)
}, 10_000).unref()

process.on('message', async (message: ToCrowd) => {
  if (message.type === 'open') await open(message)
  else if (message.type === 'stall') for (const socket of sockets.slice(-message.count)) socket.pause()
  else if (message.type === 'take') return take(0, message.bytes)
  else for (const socket of sockets) socket.resetAndDestroy()
  process.send!({ type: 'done' })
})

async function open({ port, path, count, subscriptions }: Extract<ToCrowd, { type: 'open' }>): Promise<void> {
  for (let from = 0; from < count; from += atOnce) {
    const size = Math.min(atOnce, count - from)
    const opened = Array.from({ length: size }, (_, at) =>
      openOne(port, path, subscriptions[(from + at) % subscriptions.length])
    )
    sockets.push(...(await Promise.all(opened)))
  }
}

function openOne(port: number, path: string, subscription: string | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', reject)
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: upgrade\r\nupgrade: websocket\r\n` +
        'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'
    )
    socket.once('data', head => {
      if (!String(head).startsWith('HTTP/1.1 101')) reject(new Error(String(head).split('\r\n', 1)[0]))
      socket.on('data', chunk => take(chunk.length))
      if (subscription !== undefined) socket.write(maskedText(subscription))
      resolve(socket)
    })
  })
}

/** Answers once everything that is wanted has come. */
function take(more: number, wantedBytes = wanted): void {
  bytes += more
  wanted = wantedBytes
  if (bytes < wanted) return
  bytes = 0
  wanted = Number.POSITIVE_INFINITY
  process.send!({ type: 'done' })
}

/** RFC 6455 §5.2, with a mask of zeros. For texts of up to 65,535 bytes. */
function maskedText(text: string): Buffer {
  const payload = Buffer.from(text)
  const header = payload.length < 126 ? Buffer.from([0x81, 0x80 | payload.length]) : Buffer.from([0x81, 0xfe, 0, 0])
  if (payload.length >= 126) header.writeUInt16BE(payload.length, 2)
  return Buffer.concat([header, Buffer.alloc(4), payload])
}
