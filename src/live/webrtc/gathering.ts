import { randomBytes } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { isIPv4 } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createTurnClient } from 'werift'
import { writeCandidate } from './candidate.ts'
import { ownAddresses } from './network-addresses.ts'
import { type Place, plainAddress } from './place.ts'
import { readMappedPlace, readStun, stunTypes, writeStun } from './stun.ts'
import type { Receive, UdpPorts, UdpWire, Wire } from './udp-wire.ts'
import type { TurnServer, WebrtcSettings } from './webrtc-settings.ts'

/** What a session sends and receives by, and how its peer is told to reach it. */
export interface Gathered extends Disposable {
  readonly wires: readonly Wire[]
  /** Of a description, without `a=candidate:`. */
  readonly candidates: readonly string[]
}

/** A server that does not answer must not keep everybody waiting. */
const patienceMs = 1500
const askAgainMs = 300

/** Opens a port and finds out how it can be reached. @throws SL_SESSION_LIMIT where all ports are taken */
export async function gather(settings: WebrtcSettings, ports: UdpPorts, receive: Receive): Promise<Gathered> {
  const question = new MappedPlaceQuestion()
  const wire = await ports.open((bytes, from, by) => {
    if (!question.take(bytes)) receive(bytes, from, by)
  })
  const addresses = ownAddresses(settings)
  const outside = settings.externalAddresses.filter(address => !addresses.includes(address))
  const { port } = wire
  const near = { address: addresses[0] ?? '0.0.0.0', port }
  const [mapped, relay] = await Promise.all([
    settings.stunServer && settings.everywhere ? question.ask(wire, settings.stunServer) : undefined,
    settings.turnServer && settings.everywhere ? openRelay(settings.turnServer, receive) : undefined
  ])
  const candidates = [
    // What an administrator set is what works.
    ...outside.map((address, index) => writeCandidate('host', { address, port }, 65_535 - index)),
    ...addresses.map((address, index) => writeCandidate('host', { address, port }, 65_000 - index)),
    ...(mapped ? [writeCandidate('srflx', mapped, 65_000, near)] : []),
    ...(relay ? [writeCandidate('relay', relay.place, 65_000, near)] : [])
  ]
  const wires = relay ? [wire, relay] : [wire]
  const close = () => {
    for (const each of wires) each.close()
  }
  return { wires, candidates, [Symbol.dispose]: close }
}

/** Asks a STUN server where our datagrams seem to come from (RFC 8489 §4). */
class MappedPlaceQuestion {
  readonly #transaction = randomBytes(12).toString('hex')
  #resolve: ((place: Place | undefined) => void) | undefined

  take(bytes: Buffer): boolean {
    if (!this.#resolve) return false
    const message = readStun(bytes)
    if (message?.transaction !== this.#transaction || message.type !== stunTypes.success) return false
    this.#resolve(readMappedPlace(message))
    return true
  }

  async ask(wire: UdpWire, server: string): Promise<Place | undefined> {
    const place = await placeOf(server).catch(() => undefined)
    if (!place) return undefined
    const answer = new Promise<Place | undefined>(resolve => {
      this.#resolve = resolve
    })
    const request = writeStun(stunTypes.request, this.#transaction, [])
    const timer = setInterval(() => wire.send(request, place), askAgainMs)
    wire.send(request, place)
    try {
      return await Promise.race([answer, delay(patienceMs, undefined, { ref: false })])
    } finally {
      clearInterval(timer)
      this.#resolve = undefined
    }
  }
}

interface Relay extends Wire {
  readonly place: Place
}

/** A place on a TURN server, whose datagrams go through it both ways (RFC 8656). Undefined where it gives none. */
async function openRelay({ address, username, password, transport }: TurnServer, receive: Receive) {
  const opening = (async (): Promise<Relay> => {
    const server = await placeOf(address)
    const turn = await createTurnClient({ address: [server.address, server.port], username, password }, { transport })
    const [host, port] = turn.relayedAddress
    const wire: Relay = {
      place: { address: host, port },
      send: (bytes, to) => void turn.sendData(bytes, [to.address, to.port]).catch(() => undefined),
      close: () => void turn.close().catch(() => undefined)
    }
    turn.onData.subscribe((bytes, [from, fromPort]) =>
      receive(bytes, { address: plainAddress(from), port: fromPort }, wire)
    )
    return wire
  })()
  const late = delay(patienceMs, undefined, { ref: false }).then(() => undefined)
  const relay = await Promise.race([opening, late]).catch(() => undefined)
  if (!relay) void opening.then(({ close }) => close()).catch(() => undefined)
  return relay
}

async function placeOf(server: string): Promise<Place> {
  const [host = '', port = '3478'] = server.split(':')
  const address = isIPv4(host) ? host : (await lookup(host, { family: 4 })).address
  return { address, port: Number(port) }
}
