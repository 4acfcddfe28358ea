import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { SightlineError } from '../../../core/errors.ts'
import { datagramPatience, noPatience, type Patience } from './packet-order.ts'
import type { RtspConnection } from './rtsp-connection.ts'

/** How a session's RTP and RTCP travel. */
export interface MediaTransport extends Disposable {
  /** Value of the header `Transport` for SETUP. */
  readonly offer: string
  readonly patience: Patience
  /** Came so far. */
  readonly bytes: number
  onRtp: (packet: Buffer) => void
  onRtcp: (packet: Buffer) => void
  /** What the server answered in its own `Transport`. */
  settle(answer: string): void
  sendRtcp(packet: Buffer): void
  /** Reads nothing for so long, where that holds the sender back. */
  rest(ms: number): void
}

/** On the session's own connection (RFC 2326 §10.12): passes every firewall, loses nothing, may fall behind. */
export class InterleavedTransport implements MediaTransport {
  readonly offer = 'RTP/AVP/TCP;unicast;interleaved=0-1'
  readonly patience = noPatience
  onRtp: (packet: Buffer) => void = () => undefined
  onRtcp: (packet: Buffer) => void = () => undefined
  readonly #connection: RtspConnection
  #channel = 0

  constructor(connection: RtspConnection) {
    this.#connection = connection
    connection.onData = (channel, payload) => {
      if (channel === this.#channel) this.onRtp(payload)
      else if (channel === this.#channel + 1) this.onRtcp(payload)
    }
  }

  get bytes(): number {
    return this.#connection.bytesRead
  }

  settle(answer: string): void {
    const channel = /interleaved=(\d+)/.exec(answer)?.[1]
    if (channel) this.#channel = Number(channel)
    this.#connection.channel = this.#channel
  }

  sendRtcp(packet: Buffer): void {
    this.#connection.send(this.#channel + 1, packet)
  }

  rest(ms: number): void {
    this.#connection.rest(ms)
  }

  [Symbol.dispose](): void {
    this.#connection.onData = () => undefined
  }
}

/** Ports that are tried before giving up; every second one is odd. */
const mostTries = 40
/** What the system keeps until it is read: a key frame comes in one go. Systems allow less. */
const heldBytes = 1 << 20

/** In datagrams: never behind, but packets may be lost. Only what comes from the server itself is taken. */
export class DatagramTransport implements MediaTransport {
  readonly offer: string
  readonly patience = datagramPatience
  bytes = 0
  onRtp: (packet: Buffer) => void = () => undefined
  onRtcp: (packet: Buffer) => void = () => undefined
  readonly #rtp: Socket
  readonly #rtcp: Socket
  readonly #address: string
  #serverPort: number | undefined

  private constructor(rtp: Socket, rtcp: Socket, address: string) {
    this.#rtp = rtp
    this.#rtcp = rtcp
    this.#address = plainAddress(address)
    const port = rtp.address().port
    this.offer = `RTP/AVP;unicast;client_port=${port}-${port + 1}`
    rtp.on('message', (packet, from) => {
      if (!this.#isServer(from.address)) return
      this.bytes += packet.length
      this.onRtp(packet)
    })
    rtcp.on('message', (packet, from) => this.#isServer(from.address) && this.onRtcp(packet))
    for (const socket of [rtp, rtcp]) socket.on('error', () => undefined) // Silence is noticed by who waits for pictures.
  }

  /** @param address the server's, as the session's connection has it */
  static async open(address: string): Promise<DatagramTransport> {
    const type = address.includes(':') && !address.startsWith('::ffff:') ? 'udp6' : 'udp4'
    let cause: unknown
    for (let tries = 0; tries < mostTries; tries++) {
      const rtp = createSocket({ type, recvBufferSize: heldBytes })
      const rtcp = createSocket(type)
      try {
        await bound(rtp, 0)
        const { port } = rtp.address()
        if (port % 2 === 0) {
          await bound(rtcp, port + 1)
          return new DatagramTransport(rtp, rtcp, address)
        }
      } catch (error) {
        cause = error
      }
      rtp.close()
      rtcp.close()
    }
    throw new SightlineError('SL_INPUT_NETWORK', 'There is no free pair of UDP ports.', { cause, retryable: true })
  }

  settle(answer: string): void {
    const port = Number(/server_port=(\d+)/.exec(answer)?.[1])
    // There is one behind it, for RTCP. To send to what is no port throws.
    if (!(port >= 1 && port < 65_535)) return
    this.#serverPort = port
    // Opens the way through a router between us, for what comes back.
    const nothing = Buffer.from([0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
    this.#rtp.send(nothing, this.#serverPort, this.#address, () => undefined)
  }

  sendRtcp(packet: Buffer): void {
    if (this.#serverPort) this.#rtcp.send(packet, this.#serverPort + 1, this.#address, () => undefined)
  }

  /** Nothing holds datagrams back: what is not read in time is lost, at no cost. */
  rest(): void {}

  #isServer(address: string): boolean {
    return plainAddress(address) === this.#address
  }

  [Symbol.dispose](): void {
    this.#rtp.close()
    this.#rtcp.close()
  }
}

async function bound(socket: Socket, port: number): Promise<void> {
  const listening = once(socket, 'listening')
  socket.bind(port)
  await listening
}

function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, '')
}
