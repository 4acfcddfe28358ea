import type { Duplex } from 'node:stream'

/** A message of the binary channel between main and a worker: what it is, and its bytes. */
export interface Packet {
  readonly kind: 'tracks' | 'unit' | 'picture' | 'track-picture' | 'pushed' | 'pushed-end'
  readonly stream: string
  readonly [fact: string]: unknown
}

const headBytes = 8
/** One picture of 8K in best quality is less. More is a broken channel. */
const mostBytes = 64 << 20
/** What waits to be written. Beyond this, whoever sends leaves out what can be. */
const mostWaiting = 8 << 20

/**
 * Messages with bytes over a socket: two lengths, facts as JSON, bytes. Node's own messages between processes would
 * copy and encode them (four times the time; see docs/decisions/2026-11-21-live.md).
 */
export class PacketChannel {
  readonly #socket: Duplex
  readonly #receive: (packet: Packet, data: Buffer) => void
  #chunks: Buffer[] = []
  #bytes = 0
  #needed = headBytes

  constructor(socket: Duplex, receive: (packet: Packet, data: Buffer) => void) {
    this.#socket = socket
    this.#receive = receive
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    // Either end may be gone at any time; how, its process tells.
    socket.on('error', () => undefined)
  }

  /** The other end does not keep up: leave out what can be. */
  get isFull(): boolean {
    return this.#socket.writableLength > mostWaiting
  }

  send(packet: Packet, data: Uint8Array): void {
    if (!this.#socket.writable) return
    const facts = Buffer.from(JSON.stringify(packet))
    const head = Buffer.allocUnsafe(headBytes + facts.length)
    head.writeUInt32LE(facts.length, 0)
    head.writeUInt32LE(data.length, 4)
    facts.copy(head, headBytes)
    this.#socket.cork()
    this.#socket.write(head)
    if (data.length > 0) this.#socket.write(data)
    this.#socket.uncork()
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    while (this.#bytes >= this.#needed) {
      const all = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
      const [facts, data] = [all.readUInt32LE(0), all.readUInt32LE(4)]
      const end = headBytes + facts + data
      if (facts > mostBytes || data > mostBytes) {
        this.#socket.destroy()
        return
      }
      this.#chunks = [all]
      this.#needed = end
      if (all.length < end) return
      const rest = all.subarray(end)
      this.#chunks = rest.length > 0 ? [rest] : []
      this.#bytes = rest.length
      this.#needed = headBytes
      const packet = JSON.parse(all.toString('utf8', headBytes, headBytes + facts)) as Packet
      this.#receive(packet, all.subarray(headBytes + facts, end))
    }
  }
}
