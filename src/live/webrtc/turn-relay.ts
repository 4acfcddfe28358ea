import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type Place, placeOf } from './place.ts'
import {
  isGenuine,
  mappedPlace,
  newTransaction,
  readMappedPlace,
  readStun,
  type StunMessage,
  stunNumber,
  writeStun
} from './stun.ts'
import { openLink, type TurnLink } from './turn-link.ts'
import type { Receive, Wire } from './udp-wire.ts'
import type { TurnServer } from './webrtc-settings.ts'

/** Methods and classes of messages (RFC 8656 §17). */
const types = { allocate: 0x0003, refresh: 0x0004, permit: 0x0008, send: 0x0016, data: 0x0017 }
const [successBits, failureBits] = [0x0100, 0x0110]
const attributes = {
  username: 0x0006,
  error: 0x0009,
  lifetime: 0x000d,
  peer: 0x0012,
  data: 0x0013,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  transport: 0x0019
}
const udp = Buffer.of(17, 0, 0, 0)
/** 401 and 438: the server wants a login, or another one (RFC 8489 §9.2). */
const wantsLogin = new Set([401, 438])
const askAgainMs = 250
const mostAsked = 6
/** Permissions last 5 minutes, what is allocated 10 by default (RFC 8656 §3.2, §9). */
const refreshEveryMs = 120_000
const mostPeers = 128

/** A wire whose other end is a place on a TURN server. */
export interface Relay extends Wire {
  readonly place: Place
}

/** Asks for a place on a server. Undefined where it gives none in time. */
export async function openRelay(server: TurnServer, patienceMs: number, receive: Receive): Promise<Relay | undefined> {
  const late = delay(patienceMs, undefined, { ref: false })
  const place = await Promise.race([placeOf(server.address).catch(() => undefined), late])
  if (!place) return undefined
  const client = new TurnRelay(server, place, receive)
  const opened = await Promise.race([client.allocate().catch(() => false), late])
  if (opened) return client
  client.close()
  return undefined
}

type Attribute = readonly [number, Buffer]

/** A client of TURN (RFC 8656), without channels: pictures are large, 36 bytes more for each packet are not. */
class TurnRelay implements Relay {
  place: Place = { address: '0.0.0.0', port: 0 }
  readonly #server: TurnServer
  readonly #link: TurnLink
  readonly #receive: Receive
  readonly #waiting = new Map<string, (answer: StunMessage) => void>()
  /** Addresses that may send to us. */
  readonly #peers = new Set<string>()
  #login: { readonly key: Buffer; readonly attributes: readonly Attribute[] } | undefined
  #refreshing: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(server: TurnServer, place: Place, receive: Receive) {
    this.#server = server
    this.#receive = receive
    this.#link = openLink(server.transport, place, bytes => this.#take(bytes))
  }

  /** True once there is a place. */
  async allocate(): Promise<boolean> {
    const answer = await this.#ask(types.allocate, [[attributes.transport, udp]])
    const place = answer && readMappedPlace(answer, attributes.relayed)
    if (!place || this.#isClosed) return false
    this.place = place
    this.#refreshing = setInterval(() => this.#refresh(), refreshEveryMs)
    this.#refreshing.unref()
    return true
  }

  send(bytes: Buffer, to: Place): void {
    if (this.#isClosed) return
    if (!this.#peers.has(to.address) && this.#peers.size < mostPeers) {
      this.#peers.add(to.address)
      this.#permit(to.address)
    }
    const transaction = newTransaction()
    const parts: Attribute[] = [
      [attributes.peer, mappedPlace(to, transaction)],
      [attributes.data, bytes]
    ]
    this.#link.send(writeStun(types.send, transaction, parts))
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    clearInterval(this.#refreshing)
    const now = Buffer.alloc(4)
    if (this.#login) this.#link.send(this.#request(types.refresh, newTransaction(), [[attributes.lifetime, now]]))
    this.#link.close()
  }

  #refresh(): void {
    void this.#ask(types.refresh, [])
    for (const address of this.#peers) this.#permit(address)
  }

  #permit(address: string): void {
    // Of a peer's place only the address counts.
    void this.#ask(types.permit, transaction => [[attributes.peer, mappedPlace({ address, port: 9 }, transaction)]])
  }

  /** The answer to a request; undefined where the server refused it, or said nothing. */
  async #ask(type: number, parts: readonly Attribute[] | ((transaction: string) => readonly Attribute[])) {
    for (let logins = 0; logins < 3; logins++) {
      const transaction = newTransaction()
      const given = typeof parts === 'function' ? parts(transaction) : parts
      const answer = await this.#exchange(this.#request(type, transaction, given), transaction)
      if (answer?.type === (type | successBits)) return answer
      if (answer?.type !== (type | failureBits) || !wantsLogin.has(errorOf(answer))) return undefined
      if (!this.#logIn(answer)) return undefined
    }
    return undefined
  }

  #request(type: number, transaction: string, parts: readonly Attribute[]): Buffer {
    return writeStun(type, transaction, [...parts, ...(this.#login?.attributes ?? [])], this.#login?.key)
  }

  async #exchange(request: Buffer, transaction: string): Promise<StunMessage | undefined> {
    const answered = new Promise<StunMessage>(resolve => this.#waiting.set(transaction, resolve))
    const tries = this.#link.isReliable ? 1 : mostAsked
    try {
      for (let count = 0; count < tries && !this.#isClosed; count++) {
        this.#link.send(request)
        const waitMs = (askAgainMs * mostAsked) / tries
        const answer = await Promise.race([answered, delay(waitMs, undefined, { ref: false })])
        if (answer) return answer
      }
      return undefined
    } finally {
      this.#waiting.delete(transaction)
    }
  }

  /** Long-term credentials (RFC 8489 §9.2.2). */
  #logIn(refusal: StunMessage): boolean {
    const [realm, nonce] = [refusal.attributes.get(attributes.realm), refusal.attributes.get(attributes.nonce)]
    if (!realm || !nonce) return false
    const { username, password } = this.#server
    this.#login = {
      key: createHash('md5').update(`${username}:${realm}:${password}`).digest(),
      attributes: [
        [attributes.username, Buffer.from(username)],
        [attributes.realm, realm],
        [attributes.nonce, nonce]
      ]
    }
    return true
  }

  #take(bytes: Buffer): void {
    const message = readStun(bytes)
    if (!message || this.#isClosed) return
    if (message.type === types.data) {
      const from = readMappedPlace(message, attributes.peer)
      const data = message.attributes.get(attributes.data)
      if (from && data) this.#receive(data, from, this)
      return
    }
    const isSuccess = (message.type & failureBits) === successBits
    if (isSuccess && this.#login && !isGenuine(bytes, message, this.#login.key)) return
    this.#waiting.get(message.transaction)?.(message)
  }
}

function errorOf(message: StunMessage): number {
  const number = stunNumber(message, attributes.error) ?? 0
  return ((number >> 8) & 7) * 100 + (number & 0xff)
}
