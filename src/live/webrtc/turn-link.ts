import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import type { Place } from './place.ts'

/** A way to a TURN server that carries whole messages. */
export interface TurnLink {
  /** False where messages may get lost on it. */
  readonly isReliable: boolean
  send(message: Buffer): void
  /** After what was sent has gone out. */
  close(): void
}

const headBytes = 20
/** What waits for a connection that takes less than is sent; the rest is lost, as it would be on any other way. */
const mostWaitingBytes = 1 << 20
/** For what was sent to go out, and for the server's own end of it. */
const farewellMs = 2000

export function openLink(
  transport: 'udp' | 'tcp',
  { address, port }: Place,
  receive: (message: Buffer) => void
): TurnLink {
  return transport === 'tcp' ? overTcp({ address, port }, receive) : overUdp({ address, port }, receive)
}

function overUdp({ address, port }: Place, receive: (message: Buffer) => void): TurnLink {
  const socket = createSocket('udp4')
  // A server that is gone is told by its silence.
  socket.on('error', () => undefined)
  socket.on('message', (bytes, from) => {
    if (from.address === address && from.port === port) receive(bytes)
  })
  return {
    isReliable: false,
    send: message => socket.send(message, port, address, () => undefined),
    close: () => setImmediate(() => socket.close())
  }
}

function overTcp({ address, port }: Place, receive: (message: Buffer) => void): TurnLink {
  const socket = connect(port, address)
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  let waiting = Buffer.alloc(0)
  socket.on('data', bytes => {
    waiting = Buffer.concat([waiting, bytes])
    while (waiting.length >= headBytes) {
      const end = headBytes + waiting.readUInt16BE(2)
      if (waiting.length < end) return
      receive(waiting.subarray(0, end))
      waiting = waiting.subarray(end)
    }
  })
  return {
    isReliable: true,
    send: message => {
      if (socket.writableLength < mostWaitingBytes) socket.write(message)
    },
    close() {
      socket.end()
      setTimeout(() => socket.destroy(), farewellMs).unref()
    }
  }
}
