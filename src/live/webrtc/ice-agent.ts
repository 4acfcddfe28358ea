import { randomBytes } from 'node:crypto'
import { candidatePriority } from './candidate.ts'
import { type Place, placeKey } from './place.ts'
import {
  isGenuine,
  isStun,
  mappedPlace,
  newTransaction,
  readStun,
  type StunMessage,
  stunAttributes,
  stunTypes,
  writeStun
} from './stun.ts'
import type { Wire } from './udp-wire.ts'

export interface IceCredentials {
  readonly username: string
  readonly password: string
}

export interface IceHandlers {
  /** A datagram of a peer that proved to know our password, and that is no check. */
  data(bytes: Buffer): void
  /** Nothing was heard of the peer for too long. */
  silent(): void
}

/** From us to the peer and back. */
interface Path {
  readonly wire: Wire
  readonly place: Place
  /** Checks that were sent and not answered. */
  tries: number
  /** The peer's own check came this way: it may be trusted to be a peer. */
  isProven: boolean
}

/** Checks of a place that does not answer. Raise it for networks that lose much. */
const mostTries = 7
const mostPaths = 128
/** New places that are checked in one go. */
const mostAtOnce = 20
const setupEveryMs = 250
/** How often a working path is checked (RFC 7675 §5.1: 5 s at most). */
const consentEveryMs = 2500
const roleConflict = Buffer.from([0, 0, 4, 87])

/**
 * The answering side of ICE (RFC 8445, controlled agent): it answers the peer's checks, checks back, and talks on the
 * path that the peer chose last. Addresses that the peer did not name are learned from its checks.
 */
export class IceAgent {
  readonly local: IceCredentials = { username: randomBytes(6).toString('base64url'), password: secret() }
  readonly #remote: IceCredentials
  readonly #handlers: IceHandlers
  readonly #silenceMs: number
  readonly #paths = new Map<string, Path>()
  readonly #checks = new Map<string, Path>()
  readonly #wireNumbers = new Map<Wire, number>()
  readonly #role = randomBytes(8)
  #waiting: Path[] = []
  #chosen: Path | undefined
  #isChosenByPeer = false
  #heardMs = performance.now()
  #timer: NodeJS.Timeout | undefined

  constructor(remote: IceCredentials, silenceMs: number, handlers: IceHandlers) {
    this.#remote = remote
    this.#silenceMs = silenceMs
    this.#handlers = handlers
    this.#schedule(setupEveryMs)
  }

  /** A place of the peer that it told of: it is checked from here too, which opens the way through a router's filter. */
  addPlace(place: Place, wires: readonly Wire[]): void {
    for (const wire of wires) {
      const path = this.#path(wire, place)
      if (path && path.tries === 0 && !this.#isChosenByPeer) this.#waiting.push(path)
    }
    this.#checkWaiting()
  }

  receive(bytes: Buffer, from: Place, wire: Wire): void {
    if (!isStun(bytes)) {
      const path = this.#paths.get(this.#key(wire, from))
      if (path?.isProven) this.#handlers.data(bytes)
      return
    }
    const message = readStun(bytes)
    if (message?.type === stunTypes.request) this.#answer(bytes, message, from, wire)
    else if (message) this.#takeAnswer(bytes, message)
  }

  /** Sends on the path that works; before there is one, nothing is sent. */
  send(bytes: Buffer): void {
    this.#chosen?.wire.send(bytes, this.#chosen.place)
  }

  close(): void {
    clearInterval(this.#timer)
    this.#waiting = []
    this.#checks.clear()
    this.#paths.clear()
    this.#chosen = undefined
  }

  #answer(bytes: Buffer, message: StunMessage, from: Place, wire: Wire): void {
    const username = message.attributes.get(stunAttributes.username)?.toString()
    if (username !== `${this.local.username}:${this.#remote.username}`) return
    if (!isGenuine(bytes, message, this.local.password)) return
    const { transaction } = message
    if (message.attributes.has(stunAttributes.controlled)) {
      const conflict = [[stunAttributes.error, roleConflict] as const]
      wire.send(writeStun(stunTypes.failure, transaction, conflict, this.local.password), from)
      return
    }
    const path = this.#path(wire, from)
    if (!path) return
    const seen = [[stunAttributes.mappedPlace, mappedPlace(from, transaction)] as const]
    wire.send(writeStun(stunTypes.success, transaction, seen, this.local.password), from)
    if (!path.isProven) {
      path.isProven = true
      path.tries = 0
      this.#check(path)
    }
    if (message.attributes.has(stunAttributes.useCandidate)) this.#choose(path, true)
    else if (!this.#chosen) this.#choose(path, false)
  }

  #takeAnswer(bytes: Buffer, message: StunMessage): void {
    const path = this.#checks.get(message.transaction)
    if (!path || message.type !== stunTypes.success || !isGenuine(bytes, message, this.#remote.password)) return
    this.#checks.delete(message.transaction)
    path.tries = 0
    if (path === this.#chosen) this.#heardMs = performance.now()
  }

  #choose(path: Path, isByPeer: boolean): void {
    this.#chosen = path
    if (!isByPeer || this.#isChosenByPeer) return
    this.#isChosenByPeer = true
    this.#waiting = []
    this.#heardMs = performance.now()
    this.#schedule(Math.min(consentEveryMs, this.#silenceMs / 4))
  }

  #tick(): void {
    if (performance.now() - this.#heardMs > this.#silenceMs) {
      this.close()
      this.#handlers.silent()
      return
    }
    if (this.#isChosenByPeer) this.#check(this.#chosen!)
    else {
      const unanswered = [...this.#paths.values()].filter(({ tries }) => tries > 0 && tries < mostTries)
      for (const path of unanswered.slice(0, mostAtOnce)) this.#check(path)
      this.#checkWaiting()
    }
  }

  #checkWaiting(): void {
    for (const path of this.#waiting.splice(0, mostAtOnce)) this.#check(path)
  }

  #check(path: Path): void {
    path.tries++
    const transaction = newTransaction()
    const priority = Buffer.alloc(4)
    priority.writeUInt32BE(candidatePriority('prflx'))
    const request = writeStun(
      stunTypes.request,
      transaction,
      [
        [stunAttributes.username, Buffer.from(`${this.#remote.username}:${this.local.username}`)],
        [stunAttributes.priority, priority],
        [stunAttributes.controlled, this.#role]
      ],
      this.#remote.password
    )
    this.#checks.set(transaction, path)
    if (this.#checks.size > mostPaths) this.#checks.delete(this.#checks.keys().next().value!)
    path.wire.send(request, path.place)
  }

  #path(wire: Wire, place: Place): Path | undefined {
    const key = this.#key(wire, place)
    const known = this.#paths.get(key)
    if (known || this.#paths.size >= mostPaths) return known
    const path: Path = { wire, place, tries: 0, isProven: false }
    this.#paths.set(key, path)
    return path
  }

  #key(wire: Wire, place: Place): string {
    let number = this.#wireNumbers.get(wire)
    if (number === undefined) this.#wireNumbers.set(wire, (number = this.#wireNumbers.size))
    return `${number} ${placeKey(place)}`
  }

  #schedule(everyMs: number): void {
    clearInterval(this.#timer)
    this.#timer = setInterval(() => this.#tick(), everyMs)
    this.#timer.unref()
  }
}

/** RFC 8445 §5.3 asks for 128 bits. */
function secret(): string {
  return randomBytes(24).toString('base64').replaceAll('=', '')
}
