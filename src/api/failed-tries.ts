import { isIPv6 } from 'node:net'

export interface FailedTriesOptions {
  /** Different wrong answers an address may give in a row. Raise it where many people share one address. */
  readonly burst: number
  /** After this long it may give one more, in milliseconds. */
  readonly oneMoreAfterMs: number
  /** Addresses that are remembered; the one that failed longest ago is forgotten first. About 200 bytes each. */
  readonly addresses: number
}

const defaults: FailedTriesOptions = { burst: 10, oneMoreAfterMs: 6_000, addresses: 10_000 }

interface Tries {
  left: number
  atMs: number
  /** What was wrong last: a page that repeats an outdated answer with everything it loads guesses nothing. */
  lastWrong: string
}

/** Slows down whoever guesses: each address may be wrong a few times, then once in a while. */
export class FailedTries {
  readonly #options: FailedTriesOptions
  readonly #nowMs: () => number
  readonly #byAddress = new Map<string, Tries>()

  constructor(options: Partial<FailedTriesOptions> = {}, nowMs: () => number = () => performance.now()) {
    this.#options = { ...defaults, ...options }
    this.#nowMs = nowMs
  }

  /** How long `address` has to wait before its next answer is looked at, in milliseconds; 0: not at all. */
  waitMs(address: string): number {
    const tries = this.#byAddress.get(network(address))
    if (!tries) return 0
    const left = this.#left(tries)
    return left >= 1 ? 0 : Math.ceil((1 - left) * this.#options.oneMoreAfterMs)
  }

  /** @param wrong what tells one answer from another, such as its hash */
  add(address: string, wrong: string): void {
    const key = network(address)
    const known = this.#byAddress.get(key)
    const left = known ? this.#left(known) : this.#options.burst
    const isRepeated = known?.lastWrong === wrong
    this.#byAddress.delete(key) // Put last: a map keeps the order in which its keys came.
    this.#byAddress.set(key, { left: isRepeated ? left : left - 1, atMs: this.#nowMs(), lastWrong: wrong })
    if (this.#byAddress.size <= this.#options.addresses) return
    for (const oldest of this.#byAddress.keys()) return void this.#byAddress.delete(oldest)
  }

  get size(): number {
    return this.#byAddress.size
  }

  #left({ left, atMs }: Tries): number {
    return Math.min(this.#options.burst, left + (this.#nowMs() - atMs) / this.#options.oneMoreAfterMs)
  }
}

/** Of IPv6, whoever has one address has 2^64 of them: what these have in common. */
export function network(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address
  const [head = '', tail] = address.split('%', 1)[0]!.split('::')
  const before = head.split(':').filter(part => part !== '')
  const after = tail === undefined ? [] : tail.split(':').filter(part => part !== '')
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill('0')
  return [...before, ...zeros, ...after].slice(0, 4).join(':')
}
