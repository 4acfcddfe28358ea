import type { LiveErrorMessage, LiveRequest, SubscribeRequest } from '../../contract/live.ts'
import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import { toldMessage } from '../../core/told-message.ts'
import { type Selection, selectionOf, wantsKind } from './audience.ts'
import { CatchUp, type CatchUpParts } from './catch-up.ts'
import { FloodGate } from './flood-gate.ts'
import { liveRequest } from './live-request.ts'
import { closeCodes, type LiveSocket } from './live-socket.ts'
import { OutBox } from './out-box.ts'
import { textFrame } from './text-frame.ts'

/** Streams by name, or all that there are and will be. */
export type StreamsReached = 'all' | ReadonlySet<string>

/** What a client asked for. `streams` undefined: all. */
export interface Subscription {
  readonly streams: ReadonlySet<string> | undefined
  readonly selection: Selection
}

/** What the hub does for its clients. */
export interface ClientHost extends Omit<CatchUpParts, 'out' | 'wants' | 'later'> {
  readonly queueBytes: number
  /** Messages that a client may send in ten seconds. */
  readonly mostMessages: number
  subscribed(client: LiveClient, before: Subscription | undefined, now: Subscription): void
  viewing(client: LiveClient, before: readonly string[], now: readonly string[]): void
  left(client: LiveClient): void
  later(client: LiveClient): void
  refused(code: ErrorCode): void
}

/** One connection to the live socket. */
export class LiveClient {
  readonly #socket: LiveSocket
  readonly #host: ClientHost
  /** What it is to get goes here. */
  readonly out: OutBox
  readonly #catchUp: CatchUp
  #subscription: Subscription | undefined
  /** What it said last that it wants, and what it may have of that. */
  #asked: Omit<SubscribeRequest, 'type'> | undefined
  #reach: StreamsReached
  #sessions: readonly string[] = []
  readonly #gate: FloodGate
  #closed = false

  constructor(socket: LiveSocket, host: ClientHost, reach: StreamsReached = 'all') {
    this.#reach = reach
    this.#socket = socket
    this.#host = host
    this.#gate = new FloodGate(host.mostMessages, host.now)
    this.out = new OutBox({
      socket,
      queueBytes: host.queueBytes,
      now: host.now,
      spill: events => {
        for (const { stream, id } of events)
          if (!this.#catchUp.has(stream)) this.#catchUp.begin(stream, { id, inclusive: true }, 'seen')
      },
      isDue: ({ stream }) => {
        if (!this.#catchUp.has(stream)) return true
        this.#catchUp.nudge(stream)
        return false
      },
      mayHave: stream => this.#reach === 'all' || this.#reach.has(stream),
      free: () => this.#catchUp.run()
    })
    this.#catchUp = new CatchUp({
      ...host,
      ring: stream => host.ring(stream),
      out: this.out,
      wants: kind => this.#subscription !== undefined && wantsKind(this.#subscription.selection, kind),
      later: () => host.later(this)
    })
  }

  get isClosed(): boolean {
    return this.#closed
  }

  get subscription(): Subscription | undefined {
    return this.#subscription
  }

  get sessions(): readonly string[] {
    return this.#sessions
  }

  get busySinceMs(): number | undefined {
    return this.out.busySinceMs
  }

  /** What is kept for this client alone. */
  get queuedBytes(): number {
    return this.out.queuedBytes + this.#catchUp.pageBytes
  }

  /** Streams of which it does not have everything yet. */
  get streamsBehind(): number {
    return this.#catchUp.size
  }

  /** The client says something: a text message as it came. */
  message(text: string): void {
    if (this.#closed) return
    try {
      if (this.#gate.passes()) this.#act(liveRequest(text))
      else this.close(closeCodes.flood, 'Too many messages.')
    } catch (error) {
      if (!(error instanceof SightlineError)) throw error
      this.#host.refused(error.code)
      this.refuse(error)
    }
  }

  /** An answer to this client alone. */
  say(message: object): void {
    this.out.answer(textFrame(JSON.stringify(message)))
  }

  refuse(error: SightlineError): void {
    const answer: LiveErrorMessage = { type: 'error', code: error.code, message: toldMessage(error) }
    this.out.refusal(textFrame(JSON.stringify(answer)))
  }

  /** It may have these streams from now on, and no others. */
  limit(reach: StreamsReached): void {
    if (this.#closed || isSame(reach, this.#reach)) return
    this.#reach = reach
    if (this.#asked) this.subscribe({ ...this.#asked, after: {} })
  }

  subscribe(asked: Omit<SubscribeRequest, 'type'>): void {
    const { kinds, after = {} } = asked
    const streams = within(this.#reach, asked.streams)
    const before = this.#subscription
    this.#asked = asked
    const now: Subscription = { streams: streams && new Set(streams), selection: selectionOf(kinds) }
    const isIn = (stream: string) => now.streams === undefined || now.streams.has(stream)
    this.#subscription = now
    this.#catchUp.retain(isIn)
    for (const [stream, id] of Object.entries(after))
      if (isIn(stream)) this.#catchUp.begin(stream, { id, inclusive: false }, 'asked')
    this.out.retain(
      ({ stream, kind }) => isIn(stream) && wantsKind(now.selection, kind) && !Object.hasOwn(after, stream)
    )
    this.#host.subscribed(this, before, now)
    this.#catchUp.run()
  }

  /** What it waited for may be there now. */
  retry(): void {
    if (!this.#closed) this.#catchUp.retry()
  }

  /** The server's end of it: says why. */
  close(code: number, reason: string): void {
    if (this.#closed) return
    this.closed()
    this.#socket.close(code, reason)
  }

  /** The connection is gone. */
  closed(): void {
    if (this.#closed) return
    this.#closed = true
    this.out.close()
    this.#catchUp.retain(() => false)
    this.#host.left(this)
  }

  #act(request: LiveRequest): void {
    if (request.type === 'subscribe') this.subscribe(request)
    else this.#view([...new Set(request.sessions)])
  }

  #view(sessions: readonly string[]): void {
    const before = this.#sessions
    this.#sessions = sessions
    this.#host.viewing(this, before, sessions)
  }
}

function within(reach: StreamsReached, asked: readonly string[] | undefined): readonly string[] | undefined {
  if (reach === 'all') return asked
  return asked ? asked.filter(stream => reach.has(stream)) : [...reach]
}

function isSame(a: StreamsReached, b: StreamsReached): boolean {
  if (a === 'all' || b === 'all') return a === b
  return a.size === b.size && [...a].every(stream => b.has(stream))
}
