import type {
  ClockMessage,
  EventMessage,
  GapMessage,
  LiveErrorMessage,
  LiveMessage,
  LiveRequest,
  StateMessage,
  TracksMessage
} from '../../../src/contract/live.ts'
import { type Patience, patience } from './reconnect.ts'

/** Called with what the server says. */
export interface LiveHandlers {
  state?(message: StateMessage): void
  tracks?(message: TracksMessage): void
  event?(message: EventMessage): void
  /** Events were missed that nobody has any more. */
  gap?(message: GapMessage): void
  clock?(message: ClockMessage): void
  error?(message: LiveErrorMessage): void
  connection?(isOpen: boolean): void
}

/** As much of a `WebSocket` as is needed. */
export interface SocketLike {
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  send(text: string): void
  close(): void
}

export interface LiveSocketOptions {
  readonly handlers: LiveHandlers
  /** Left out: all that there are and will be. */
  readonly streams?: readonly string[]
  /** `tracks`, `state` and kinds of events; left out: all. */
  readonly kinds?: readonly string[]
  /** By stream, the last event that is known. */
  readonly after?: Readonly<Record<string, string>>
  readonly createSocket?: (url: string) => SocketLike
  readonly wait?: Patience
}

/**
 * What happens on the server, as it happens (docs/spec/live-socket.md). Comes back by itself when the connection is lost,
 * behind the last event of each stream, so that none is missed and none comes twice.
 */
export class LiveSocket {
  readonly #url: string
  readonly #options: LiveSocketOptions
  readonly #wait: Patience
  readonly #after: Map<string, string>
  #socket: SocketLike | undefined
  #isOpen = false
  #isClosed = false
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #sessions: readonly string[] = []
  #kinds: readonly string[] | undefined

  constructor(url: string, options: LiveSocketOptions) {
    this.#url = url
    this.#options = options
    this.#wait = options.wait ?? patience(500, 5000)
    this.#kinds = options.kinds
    this.#after = new Map(Object.entries(options.after ?? {}))
    this.#connect()
  }

  /** By stream, the last event that came. */
  get after(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#after)
  }

  /** What is told from now on, and when the connection comes back: as `kinds` of the options. No event is missed in between. */
  ask(kinds: readonly string[] | undefined): void {
    this.#kinds = kinds
    this.#subscribe()
  }

  /** Whose `clock` is to be told; replaces those before. */
  view(sessions: readonly string[]): void {
    this.#sessions = sessions
    this.#say({ type: 'view', sessions: [...sessions] })
  }

  /** The network is back, or the page is looked at again: no reason to wait any longer. */
  retryNow(): void {
    if (this.#timer === undefined) return
    clearTimeout(this.#timer)
    this.#connect()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#socket?.close()
  }

  /** Closes it, of which nobody is told, until what it gives is called. */
  rest(): () => void {
    if (this.#socket) this.#socket.onclose = null
    this.#isOpen = false
    this.close()
    return () => {
      this.#isClosed = false
      this.#connect()
    }
  }

  #connect(): void {
    this.#timer = undefined
    const create = this.#options.createSocket ?? (url => new WebSocket(url))
    const socket = create(this.#url)
    this.#socket = socket
    socket.onopen = () => {
      this.#isOpen = true
      this.#subscribe(this.#after.size > 0 ? this.after : undefined)
      if (this.#sessions.length > 0) this.view(this.#sessions)
      this.#options.handlers.connection?.(true)
    }
    socket.onmessage = ({ data }: { data: string }) => this.#hear(JSON.parse(data) as LiveMessage)
    socket.onclose = () => {
      if (this.#isOpen) this.#options.handlers.connection?.(false)
      this.#isOpen = false
      if (this.#isClosed) return
      this.#failures++
      this.#timer = setTimeout(() => this.#connect(), this.#wait(this.#failures))
    }
  }

  #subscribe(after?: Readonly<Record<string, string>>): void {
    const { streams } = this.#options
    this.#say({
      type: 'subscribe',
      ...(streams && { streams: [...streams] }),
      ...(this.#kinds && { kinds: [...this.#kinds] }),
      ...(after && { after })
    })
  }

  #say(request: LiveRequest): void {
    if (this.#isOpen) this.#socket?.send(JSON.stringify(request))
  }

  #hear(message: LiveMessage): void {
    this.#failures = 0
    const { handlers } = this.#options
    switch (message.type) {
      case 'event':
        this.#after.set(message.event.stream, message.event.id)
        handlers.event?.(message)
        break
      case 'gap':
        this.#after.delete(message.stream)
        handlers.gap?.(message)
        break
      case 'state':
        handlers.state?.(message)
        break
      case 'tracks':
        handlers.tracks?.(message)
        break
      case 'clock':
        handlers.clock?.(message)
        break
      case 'error':
        handlers.error?.(message)
        break
    }
  }
}
