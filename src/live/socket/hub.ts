import type { ClockMessage, StateMessage } from '../../contract/live.ts'
import type { ErrorCode } from '../../core/errors.ts'
import { type Selection, wantsKind } from './audience.ts'
import { ClockBoard } from './clock-board.ts'
import { type EventHistory, HistoryReader } from './event-history.ts'
import { EventRing } from './event-ring.ts'
import { type ClientHost, LiveClient, type StreamsReached } from './live-client.ts'
import type { LiveEvent } from './live-event.ts'
import { closeCodes, type LiveSocket } from './live-socket.ts'
import { RetryTimer } from './retry-timer.ts'
import { Subscriptions } from './subscriptions.ts'
import { textFrame } from './text-frame.ts'
import { Topics } from './topic.ts'

export interface LiveHubOptions {
  readonly history: EventHistory
  /** The first client wants the tracks of a stream, or the last one does not any more. Asked only of streams that are there. */
  readonly onWatched?: (stream: string, watched: boolean) => void
  /** A client was told that its message is none. */
  readonly onRefused?: (code: ErrorCode) => void
  /** Bytes of events that are kept of each stream for those who come back soon; older ones are read from the history. Default 128 KiB. */
  readonly ringBytes?: number
  /** Bytes of events that wait for a client that is slow, before it reads them again from the history. Default 24 KiB. */
  readonly queueBytes?: number
  /** How long a client may take nothing. Default 10 s. */
  readonly stallMs?: number
  readonly mostClients?: number
  /** Messages of one client in ten seconds. Default 200. */
  readonly mostMessages?: number
  /** Questions to the history at a time. Default 4. */
  readonly parallelReads?: number
  /** How long an event may be missing from a history that answers: one that a client names, and one that was seen here. */
  readonly patienceMs?: { readonly asked: number; readonly seen: number }
  /** The newest epoch that a stream had when this process began; 0 for none. Default 0 for all. */
  readonly epochBefore?: (stream: string) => number
  /** A clock that never goes back, in milliseconds. */
  readonly now?: () => number
}

/** How often those that may have stalled are looked at. */
const stallLookMs = 1000
const mostClocks = 4096
/** How long the last words of a stream that is not there are kept for those who are behind. */
const keptMs = 60_000

/**
 * Gives everybody what they asked for: the newest tracks and states, and every event once, in the order of its stream.
 * Each message is framed once. A client that is slow waits for itself alone.
 */
export class LiveHub implements Disposable {
  readonly #options: Required<Omit<LiveHubOptions, 'history'>>
  readonly #topics = new Topics()
  readonly #subscriptions: Subscriptions
  readonly #clients = new Set<LiveClient>()
  /** When something was last told of each stream that was not there. */
  readonly #gone = new Map<string, number>()
  readonly #clocks = new ClockBoard(mostClocks)
  readonly #history: HistoryReader
  readonly #host: ClientHost
  readonly #retries = new RetryTimer()
  readonly #stallTimer: NodeJS.Timeout
  readonly #counts = { events: 0, passedOver: 0, tracks: 0, stalled: 0, turnedAway: 0 }

  constructor({ history, ...options }: LiveHubOptions) {
    this.#options = {
      onWatched: () => {},
      onRefused: () => {},
      ringBytes: 131_072,
      queueBytes: 24_576,
      stallMs: 10_000,
      mostClients: 10_000,
      mostMessages: 200,
      parallelReads: 4,
      patienceMs: { asked: 3000, seen: 30_000 },
      epochBefore: () => 0,
      now: () => performance.now(),
      ...options
    }
    const { parallelReads, now, patienceMs, queueBytes, mostMessages, onRefused, onWatched } = this.#options
    this.#subscriptions = new Subscriptions(this.#topics, onWatched)
    this.#history = new HistoryReader(history, { parallel: parallelReads, events: 64, bytes: 16_384 })
    this.#host = {
      history: this.#history,
      ring: stream => this.#topics.get(stream)?.ring,
      now,
      patienceMs,
      queueBytes,
      mostMessages,
      subscribed: (client, before, after) => this.#subscriptions.begin(client, before, after),
      viewing: (client, before, after) => this.#clocks.view(client.out, before, after),
      left: client => this.#left(client),
      later: client => this.#retries.add(client),
      refused: onRefused
    }
    this.#stallTimer = setInterval(() => {
      this.closeStalled()
      this.#forgetGone()
    }, stallLookMs)
    this.#stallTimer.unref()
  }

  /** How a stream is now: it is there from the first time on. */
  state(message: StateMessage): void {
    const topic = this.#topics.of(message.stream)
    topic.stateMessage = message
    topic.state.frame = textFrame(JSON.stringify(message))
    this.#subscriptions.tell(topic, wantsState, out => out.newest(topic.state))
    this.#subscriptions.review(topic)
  }

  states(): readonly StateMessage[] {
    return [...this.#topics.all()].flatMap(({ stateMessage }) => stateMessage ?? [])
  }

  /** A stream is not there any more. Who goes on behind one of its events reads the history. */
  removed(stream: string): void {
    const topic = this.#topics.get(stream)
    if (!topic) return
    topic.stateMessage = topic.ring = undefined
    topic.state.frame = topic.tracks.frame = undefined
    topic.watched = false
    this.#topics.tidy(topic)
  }

  /** `text`: a `TracksMessage` as JSON, forwarded as it is. */
  tracks(stream: string, text: string | Buffer): void {
    const topic = this.#topics.get(stream)
    if (!topic) return
    this.#counts.tracks++
    topic.tracks.frame = textFrame(text)
    this.#subscriptions.tell(topic, wantsTracks, out => out.newest(topic.tracks))
  }

  /** False for an event that was here before, or that is older than what was: whoever lacks it reads the history. */
  event(event: LiveEvent): boolean {
    const topic = this.#topics.of(event.stream)
    const { ringBytes, epochBefore } = this.#options
    topic.ring ??= new EventRing(ringBytes, epochBefore(event.stream))
    if (!topic.stateMessage) this.#gone.set(event.stream, this.#options.now())
    if (!topic.ring.add(event)) {
      this.#counts.passedOver++
      this.#subscriptions.tell(
        topic,
        selection => wantsKind(selection, event.kind),
        out => out.passedOver(event)
      )
      return false
    }
    this.#counts.events++
    this.#subscriptions.tell(
      topic,
      selection => wantsKind(selection, event.kind),
      out => out.event(event)
    )
    return true
  }

  /** For those who asked for this viewing session. */
  clock(message: ClockMessage): void {
    this.#clocks.tell(message)
  }

  sessionEnded(session: string): void {
    this.#clocks.forget(session)
  }

  /** A client has come that may have these streams; it gets nothing before it subscribes. Undefined where there are too many: it was told so. */
  join(socket: LiveSocket, reach: StreamsReached = 'all'): LiveClient | undefined {
    if (this.#clients.size >= this.#options.mostClients) {
      this.#counts.turnedAway++
      socket.close(closeCodes.full, 'Too many connections.')
      return undefined
    }
    const client = new LiveClient(socket, this.#host, reach)
    this.#clients.add(client)
    return client
  }

  /** Done every second: a client that takes nothing costs what it keeps others from using. */
  closeStalled(): void {
    const { now, stallMs } = this.#options
    const limit = now() - stallMs
    for (const client of this.#clients) {
      if (client.busySinceMs === undefined || client.busySinceMs > limit) continue
      this.#counts.stalled++
      client.close(closeCodes.stalled, `Nothing was taken for ${stallMs / 1000} s.`)
    }
  }

  snapshot() {
    let [slow, behind, queuedBytes, mostQueuedBytes] = [0, 0, 0, 0]
    for (const client of this.#clients) {
      const bytes = client.queuedBytes
      if (client.busySinceMs !== undefined) slow++
      if (client.streamsBehind > 0) behind++
      queuedBytes += bytes
      mostQueuedBytes = Math.max(mostQueuedBytes, bytes)
    }
    let ringBytes = 0
    for (const { ring } of this.#topics.all()) ringBytes += ring?.bytes ?? 0
    const { reads } = this.#history
    return {
      clients: this.#clients.size,
      slow,
      behind,
      queuedBytes,
      mostQueuedBytes,
      streams: this.#topics.size,
      ringBytes,
      reads,
      ...this.#counts
    }
  }

  /** Everybody is told that the server ends. */
  [Symbol.dispose](): void {
    clearInterval(this.#stallTimer)
    this.#retries[Symbol.dispose]()
    for (const client of this.#clients) client.close(closeCodes.goingAway, 'The server ends.')
  }

  /** What was told of a stream after it was removed, such as its end, is let go. */
  #forgetGone(): void {
    if (this.#gone.size === 0) return
    const limit = this.#options.now() - keptMs - this.#history.lagMs()
    for (const [stream, toldMs] of this.#gone) {
      if (toldMs > limit) continue
      this.#gone.delete(stream)
      const topic = this.#topics.get(stream)
      if (topic && !topic.stateMessage) this.removed(stream)
    }
  }

  #left(client: LiveClient): void {
    this.#clients.delete(client)
    this.#clocks.view(client.out, client.sessions, [])
    this.#subscriptions.end(client, client.subscription)
  }
}

const wantsTracks = ({ tracks }: Selection) => tracks
const wantsState = ({ state }: Selection) => state
