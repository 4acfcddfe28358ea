import type { LiveMessage, SubscribeRequest } from '../../contract/live.ts'
import { SightlineError } from '../../core/errors.ts'
import type { LiveHub } from './hub.ts'
import type { LiveClient, StreamsReached } from './live-client.ts'
import type { LiveSocket } from './live-socket.ts'
import { textsOf } from './text-frame.ts'

/** What the live socket tells, for who tells it on in another form. To be taken by one. */
export interface LiveReading extends AsyncIterableIterator<LiveMessage, undefined, undefined> {
  /** It has ended, however. */
  readonly isOver: boolean
  /** These streams may be read from now on, and no others. */
  limit(reach: StreamsReached): void
  /** Nothing comes any more: whoever waits is told why. */
  fail(error: Error): void
  /** What is no longer wanted. */
  return(): Promise<IteratorReturnResult<undefined>>
}

export interface ReadingRequest extends Omit<SubscribeRequest, 'type'> {
  readonly reach: StreamsReached
  /** The hub closed this one: with a code of `closeCodes`, as it would close a connection. */
  readonly closed: (code: number, reason: string) => void
}

export type OpenReading = (request: ReadingRequest) => LiveReading

/** Messages of a frame that many get are read once. */
const known = new WeakMap<Buffer, readonly LiveMessage[]>()

/**
 * A client of the hub inside of this process, with the bounds of one outside: of tracks it gets the newest once it comes back
 * for more, of events none is lost, and it fails once it has not come back for as long as the hub lets others stall.
 */
export class LiveReader implements LiveReading, LiveSocket {
  readonly #client: LiveClient | undefined
  readonly #closed: ReadingRequest['closed']
  #waiting: LiveMessage[] = []
  #taken: (() => void) | undefined
  #asking: PromiseWithResolvers<IteratorResult<LiveMessage, undefined>> | undefined
  #end: { readonly error?: Error } | undefined

  readonly wire = {
    write: (frame: Buffer): void => this.#take(frame),
    writableLength: 0
  }

  constructor(hub: LiveHub, { reach, closed, ...request }: ReadingRequest) {
    this.#closed = closed
    this.#client = hub.join(this, reach)
    this.#client?.subscribe(request)
  }

  get isOver(): boolean {
    return this.#end !== undefined
  }

  limit(reach: StreamsReached): void {
    this.#client?.limit(reach)
  }

  async next(): Promise<IteratorResult<LiveMessage, undefined>> {
    const value = this.#waiting.shift()
    if (value) {
      if (this.#waiting.length === 0) queueMicrotask(() => this.#allTaken())
      return { value, done: false }
    }
    if (this.#end) return ended(this.#end)
    this.#asking ??= Promise.withResolvers()
    return this.#asking.promise
  }

  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#finish({})
    return { value: undefined, done: true }
  }

  fail(error: Error): void {
    this.#finish({ error })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  whenTaken(then: () => void): void {
    this.#taken = then
  }

  close(code: number, reason: string): void {
    this.#finish({ error: new SightlineError('SL_VIEW_LIMIT', reason, { retryable: true }) })
    this.#closed(code, reason)
  }

  /** The hub writes once all that it wrote before was taken. */
  #take(frame: Buffer): void {
    if (this.#end) return
    this.#waiting.push(...messagesOf(frame))
    const asking = this.#asking
    const value = asking && this.#waiting.shift()
    if (value) {
      this.#asking = undefined
      asking.resolve({ value, done: false })
    }
    this.wire.writableLength = this.#waiting.length > 0 ? frame.length : 0
  }

  #allTaken(): void {
    this.wire.writableLength = 0
    const taken = this.#taken
    this.#taken = undefined
    taken?.()
  }

  #finish(end: { readonly error?: Error }): void {
    if (this.#end) return
    this.#end = end
    this.#waiting = []
    this.#client?.closed()
    const asking = this.#asking
    this.#asking = undefined
    if (asking) ended(end).then(asking.resolve, asking.reject)
  }
}

async function ended({ error }: { readonly error?: Error }): Promise<IteratorReturnResult<undefined>> {
  if (error) throw error
  return { value: undefined, done: true }
}

function messagesOf(frame: Buffer): readonly LiveMessage[] {
  const messages = known.get(frame) ?? textsOf(frame).map(text => JSON.parse(text) as LiveMessage)
  known.set(frame, messages)
  return messages
}
