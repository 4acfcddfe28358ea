import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIPv6 } from 'node:net'
import { SightlineError } from '../../core/errors.ts'
import { type Place, plainAddress } from './place.ts'

/** A way for datagrams: a socket, or a relay. */
export interface Wire {
  /** Sends what can be sent; the network may lose it anyhow. */
  send(bytes: Buffer, to: Place): void
  close(): void
}

export type Receive = (bytes: Buffer, from: Place, wire: Wire) => void

/** Room for a key frame that comes while the thread is busy; the system may give less. */
const bufferBytes = 4 << 20
/** Waits beyond the system's buffer where a network is slower than what is sent. More is lost: it would come too late. */
const mostWaitingBytes = 1 << 20

/** Sockets on one address, each on a port of its own out of a range. */
export class UdpPorts {
  readonly #first: number
  readonly #count: number
  readonly #everywhere: boolean
  #next = 0

  constructor([first, last]: readonly [number, number], everywhere: boolean) {
    this.#first = first
    this.#count = last - first + 1
    this.#everywhere = everywhere
  }

  /** @throws SL_SESSION_LIMIT where all ports are taken */
  async open(receive: Receive): Promise<UdpWire> {
    for (let tries = 0; tries < this.#count; tries++) {
      const port = this.#first + (this.#next++ % this.#count)
      const socket = await bound(port, this.#everywhere)
      if (socket) return new UdpWire(socket, receive)
    }
    const last = this.#first + this.#count - 1
    throw new SightlineError(
      'SL_SESSION_LIMIT',
      `All UDP ports from ${this.#first} to ${last} are taken. End a session, or widen webrtc.ports.`,
      { retryable: true }
    )
  }
}

export class UdpWire implements Wire {
  readonly port: number
  readonly #socket: Socket
  readonly #isDual: boolean
  #isClosed = false

  constructor(socket: Socket, receive: Receive) {
    const { address, port } = socket.address()
    this.port = port
    this.#socket = socket
    this.#isDual = isIPv6(address)
    socket.on('message', (bytes, from) =>
      receive(bytes, { address: plainAddress(from.address), port: from.port }, this)
    )
    // An unreachable peer is told by its silence.
    socket.on('error', () => undefined)
  }

  send(bytes: Buffer, { address, port }: Place): void {
    if (this.#isClosed || (!this.#isDual && isIPv6(address))) return
    if (this.#socket.getSendQueueSize() > mostWaitingBytes) return
    this.#socket.send(bytes, port, this.#isDual && !isIPv6(address) ? `::ffff:${address}` : address, () => undefined)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#socket.close()
  }
}

/** Undefined where the port is taken. */
async function bound(port: number, everywhere: boolean): Promise<Socket | undefined> {
  const hosts = everywhere ? (['::', '0.0.0.0'] as const) : (['127.0.0.1'] as const)
  for (const host of hosts) {
    const isDual = host === '::'
    // Addresses are always given as numbers: nothing is to be looked up.
    const lookup = (address: string, _options: unknown, done: (error: null, address: string, family: number) => void) =>
      done(null, address, isIPv6(address) ? 6 : 4)
    const socket = createSocket({ type: isDual ? 'udp6' : 'udp4', lookup })
    try {
      const listening = once(socket, 'listening')
      socket.bind({ address: host, port, exclusive: true })
      await listening
      enlarge(socket)
      return socket
    } catch (error) {
      socket.close()
      // A machine without IPv6 has no such address.
      if (!isDual || (error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined
    }
  }
  return undefined
}

function enlarge(socket: Socket): void {
  try {
    socket.setRecvBufferSize(bufferBytes)
    socket.setSendBufferSize(bufferBytes)
  } catch {
    // The system's own size has to do.
  }
}
