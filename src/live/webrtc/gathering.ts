import { setTimeout as delay } from 'node:timers/promises'
import { writeCandidate } from './candidate.ts'
import { ownAddresses } from './network-addresses.ts'
import { type Place, placeOf } from './place.ts'
import { newTransaction, readMappedPlace, readStun, stunTypes, writeStun } from './stun.ts'
import { openRelay } from './turn-relay.ts'
import type { Receive, UdpPorts, UdpWire, Wire } from './udp-wire.ts'
import type { WebrtcSettings } from './webrtc-settings.ts'

/** What a session sends and receives by, and how its peer is told to reach it. */
export interface Gathered extends Disposable {
  readonly wires: readonly Wire[]
  /** Of a description, without `a=candidate:`. */
  readonly candidates: readonly string[]
}

/** A server that does not answer, or whose name nobody resolves, must not keep everybody waiting. */
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
    settings.turnServer && settings.everywhere ? openRelay(settings.turnServer, patienceMs, receive) : undefined
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
  readonly #transaction = newTransaction()
  #resolve: ((place: Place | undefined) => void) | undefined

  take(bytes: Buffer): boolean {
    if (!this.#resolve) return false
    const message = readStun(bytes)
    if (message?.transaction !== this.#transaction || message.type !== stunTypes.success) return false
    this.#resolve(readMappedPlace(message))
    return true
  }

  async ask(wire: UdpWire, server: string): Promise<Place | undefined> {
    const late = delay(patienceMs, undefined, { ref: false })
    const place = await Promise.race([placeOf(server).catch(() => undefined), late])
    if (!place) return undefined
    const answer = new Promise<Place | undefined>(resolve => {
      this.#resolve = resolve
    })
    const request = writeStun(stunTypes.request, this.#transaction, [])
    const timer = setInterval(() => wire.send(request, place), askAgainMs)
    wire.send(request, place)
    try {
      return await Promise.race([answer, late])
    } finally {
      clearInterval(timer)
      this.#resolve = undefined
    }
  }
}
