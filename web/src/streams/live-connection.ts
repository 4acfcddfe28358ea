import type { EventKind } from '../../../src/contract/event.ts'
import type { ClockMessage, EventMessage, StateMessage, TracksMessage } from '../../../src/contract/live.ts'
import { LiveSocket } from '../live/live-socket.ts'

/** Whether the server tells what happens: `lost` once it did and does no more, or did not within `patienceMs`. */
export type Connection = 'connecting' | 'open' | 'lost'

/** What a stream's picture needs to be told. */
export interface StreamWatcher {
  state?(message: StateMessage): void
  tracks?(message: TracksMessage): void
  clock?(message: ClockMessage): void
}

type Listener = () => void

const patienceMs = 4000
const eventKinds = {
  ...{ 'track-started': true, 'track-ended': true, 'line-crossed': true, 'zone-entered': true, 'zone-left': true },
  ...{ 'dwell-exceeded': true, 'crowd-formed': true, 'crowd-dispersed': true, 'direction-violated': true },
  ...{ 'tracks-met': true, 'track-stopped': true, 'object-left': true, 'object-removed': true },
  ...{ 'stream-up': true, 'stream-down': true }
} satisfies Record<EventKind, true>
/** Boxes are most of what there is to tell: only pages that draw some have them told. */
const withoutBoxes = ['state', ...Object.keys(eventKinds)]
/** The server takes no more; those beyond guess which picture they show. */
const mostSessions = 64

/**
 * The page's one connection for what happens live. States of streams are kept, for React (`subscribe`, `states`); boxes go straight
 * to whoever draws them, many times a second, and past React.
 */
export class LiveConnection {
  readonly #socket: LiveSocket
  readonly #listeners = new Set<Listener>()
  readonly #watchers = new Map<string, Set<StreamWatcher>>()
  readonly #eventListeners = new Set<(message: EventMessage) => void>()
  readonly #missedListeners = new Set<Listener>()
  readonly #sessions = new Map<object, string>()
  #states: ReadonlyMap<string, StateMessage> = new Map()
  #connection: Connection = 'connecting'
  #hasBoxes = false

  constructor(origin: string) {
    this.#socket = new LiveSocket(`${origin.replace(/^http/, 'ws')}/api/v1/live`, {
      kinds: withoutBoxes,
      handlers: {
        state: message => {
          this.#states = new Map(this.#states).set(message.stream, message)
          for (const watcher of this.#of(message.stream)) watcher.state?.(message)
          this.#tell()
        },
        tracks: message => {
          for (const watcher of this.#of(message.stream)) watcher.tracks?.(message)
        },
        clock: message => {
          for (const watcher of this.#of(message.stream)) watcher.clock?.(message)
        },
        event: message => {
          for (const listener of this.#eventListeners) listener(message)
        },
        gap: () => this.#missed(),
        connection: isOpen => {
          const isBack = isOpen && this.#connection === 'lost'
          this.#connected(isOpen ? 'open' : 'lost')
          if (isBack) this.#missed()
        }
      }
    })
    setTimeout(() => {
      if (this.#connection === 'connecting') this.#connected('lost')
    }, patienceMs)
    addEventListener('online', () => this.#socket.retryNow())
    document.addEventListener('visibilitychange', () => this.#socket.retryNow())
  }

  get connection(): Connection {
    return this.#connection
  }

  /** By name; another map after each change. */
  get states(): ReadonlyMap<string, StateMessage> {
    return this.#states
  }

  /** Called when a state or the connection has changed. Gives what ends it. */
  subscribe = (listener: Listener): Listener => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onEvent(listener: (message: EventMessage) => void): Listener {
    this.#eventListeners.add(listener)
    return () => this.#eventListeners.delete(listener)
  }

  /** Called where something may have happened that was not told: of a stream that was quiet before, none is told that happened while the connection was lost. */
  onMissed(listener: Listener): Listener {
    this.#missedListeners.add(listener)
    return () => this.#missedListeners.delete(listener)
  }

  /** What is known of its state is told at once. */
  watch(stream: string, watcher: StreamWatcher): Listener {
    const watchers = this.#watchers.get(stream) ?? new Set()
    this.#watchers.set(stream, watchers.add(watcher))
    const state = this.#states.get(stream)
    if (state) watcher.state?.(state)
    this.#askForBoxes()
    return () => {
      watchers.delete(watcher)
      this.#askForBoxes()
    }
  }

  /** Nothing is told any more, nor that it is so, until what it gives is called. */
  rest(): Listener {
    return this.#socket.rest()
  }

  /** Once those of a page have gone and those of the next have come. */
  #askForBoxes(): void {
    queueMicrotask(() => {
      const hasBoxes = [...this.#watchers.values()].some(watchers => [...watchers].some(({ tracks }) => tracks))
      if (hasBoxes === this.#hasBoxes) return
      this.#hasBoxes = hasBoxes
      this.#socket.ask(hasBoxes ? undefined : withoutBoxes)
    })
  }

  /** `viewer` shows a picture in this session, or, undefined, in none any more: its clock is asked for accordingly. */
  session(viewer: object, session: string | undefined): void {
    if (session === undefined) this.#sessions.delete(viewer)
    else this.#sessions.set(viewer, session)
    this.#socket.view([...this.#sessions.values()].slice(0, mostSessions))
  }

  #of(stream: string): Iterable<StreamWatcher> {
    return this.#watchers.get(stream) ?? []
  }

  #connected(connection: Connection): void {
    this.#connection = connection
    this.#tell()
  }

  #missed(): void {
    for (const listener of this.#missedListeners) listener()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}

let shared: LiveConnection | undefined

/** Opened when it is asked for first. */
export function liveConnection(): LiveConnection {
  shared ??= new LiveConnection(location.origin)
  return shared
}
