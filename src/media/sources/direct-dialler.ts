import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, isIP, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { SightlineError } from '../../core/errors.ts'
import type { Dialler, DialTarget } from './source.ts'

/** The addresses of a host, in the order in which they are to be tried. Throws a SightlineError where it may not be dialled. */
export type Resolver = (host: string) => Promise<readonly string[]>

export interface DirectDiallerOptions {
  /** Default: the system's. */
  readonly resolve?: Resolver
  /** For finding the address, connecting and TLS together. Raise it for slow networks. */
  readonly timeoutMs?: number
  /** Where an address says nothing for so long, the next one is tried beside it. Raise it to have fewer connections made in vain. */
  readonly headStartMs?: number
  /** False takes any certificate: cameras sign their own. */
  readonly verifyTls?: boolean
}

const usualTimeoutMs = 10_000
/** Firewalls say nothing. A camera far away answers within this, unless its first packet is lost. */
const usualHeadStartMs = 1000

/** Connects to the very addresses that its resolver gave: a name is never looked up twice. */
export class DirectDialler implements Dialler {
  readonly #options: DirectDiallerOptions

  constructor(options: DirectDiallerOptions = {}) {
    this.#options = options
  }

  /** @throws SL_INPUT_NETWORK, SL_INPUT_TIMEOUT, SL_CANCELLED, and what the resolver throws */
  async dial(target: DialTarget, signal: AbortSignal): Promise<Socket> {
    const { resolve = systemResolver, timeoutMs = usualTimeoutMs } = this.#options
    const place = `${target.host}:${target.port}`
    const limit = AbortSignal.timeout(timeoutMs)
    const either = AbortSignal.any([signal, limit])
    try {
      const addresses = await unlessAborted(resolve(target.host), either)
      return await this.#first(addresses, target, either)
    } catch (cause) {
      if (signal.aborted) throw new SightlineError('SL_CANCELLED', `Dialling ${place} was given up.`, { cause })
      if (limit.aborted)
        throw new SightlineError('SL_INPUT_TIMEOUT', `${place} did not answer within ${timeoutMs / 1000} s.`, {
          cause,
          retryable: true
        })
      if (cause instanceof SightlineError) throw cause
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new SightlineError('SL_INPUT_NETWORK', `${place} cannot be reached: ${why}.`, { cause, retryable: true })
    }
  }

  /**
   * The address that answers first, of those that were begun one after the other (RFC 8305 §5); the last one's error where none
   * does. Node's `autoSelectFamily` gives up an address for the next, and so one that is slow for one that is dead.
   */
  async #first(addresses: readonly string[], target: DialTarget, signal: AbortSignal): Promise<Socket> {
    const { headStartMs = usualHeadStartMs } = this.#options
    const over = new AbortController()
    const either = AbortSignal.any([signal, over.signal])
    const attempts: Promise<Socket>[] = []
    let first: Socket | undefined
    try {
      for (const address of addresses) {
        signal.throwIfAborted()
        const attempt = this.#connect(address, target, either)
        attempts.push(attempt)
        const headStart = pause(headStartMs, undefined, { signal: either })
        first = await Promise.race([Promise.any(attempts), attempt, headStart]).catch(() => undefined)
        if (first) return first
      }
      return (first = await Promise.any(attempts))
    } catch (error) {
      throw error instanceof AggregateError ? (error.errors.at(-1) ?? new Error('it has no address')) : error
    } finally {
      over.abort()
      for (const attempt of attempts) attempt.then(other => other !== first && other.destroy()).catch(() => undefined)
    }
  }

  async #connect(address: string, { host, port, tls }: DialTarget, signal: AbortSignal): Promise<Socket> {
    const { verifyTls = true } = this.#options
    const socket = tls
      ? connectTls({
          host: address,
          port,
          rejectUnauthorized: verifyTls,
          ...(isIP(host) === 0 && { servername: host })
        })
      : connect({ host: address, port })
    try {
      await once(socket, tls ? 'secureConnect' : 'connect', { signal })
      return socket
    } catch (error) {
      socket.on('error', () => undefined).destroy()
      throw error
    }
  }
}

async function systemResolver(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}

/** The system's look-up cannot be called off; what it gives is then not waited for. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  try {
    signal.throwIfAborted()
    return await Promise.race([work, promise])
  } finally {
    signal.removeEventListener('abort', abort)
    work.catch(() => undefined)
  }
}
