import type { LiveHouse } from '../../support/live-house.ts'

export interface Sighting {
  readonly epoch: number
  readonly ptsMs: number
  /** `performance.now()` and the wall's clock when main had it. */
  readonly atMs: number
  readonly wallMs: number
}

/** When main was last told of each stream's tracks, that is when its last picture was through. */
export class TrackTimes {
  readonly #last = new Map<string, Sighting>()
  readonly #states: { readonly stream: string; readonly atMs: number; readonly code: string }[] = []
  readonly #listeners = new Set<(stream: string, sighting: Sighting) => void>()

  /** Of streams that `house` has or will have. */
  constructor(house: LiveHouse, streams: readonly string[]) {
    house.live.hub.tracks = (stream, text) => {
      const { epoch, ptsMs } = JSON.parse(String(text)) as { readonly epoch: number; readonly ptsMs: number }
      const sighting = { epoch, ptsMs, atMs: performance.now(), wallMs: Date.now() }
      this.#last.set(stream, sighting)
      for (const listener of this.#listeners) listener(stream, sighting)
    }
    const { hub } = house.live
    const tell = hub.state.bind(hub)
    hub.state = message => {
      const { stream, code } = message
      if (code !== undefined) this.#states.push({ stream, code, atMs: performance.now() })
      tell(message)
    }
    for (const stream of streams) house.live.streams.watchTracks(stream, true)
  }

  /** Why a stream was away, each time that it was since `sinceMs`. */
  codes(stream: string, sinceMs: number): readonly string[] {
    return this.#states.filter(state => state.stream === stream && state.atMs >= sinceMs).map(({ code }) => code)
  }

  last(stream: string): Sighting | undefined {
    return this.#last.get(stream)
  }

  /** Of each picture from now on, until disposed. */
  hear(listener: (stream: string, sighting: Sighting) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) }
  }

  /** The first picture of a stream after `afterMs`, of an epoch from `fromEpoch` on. */
  next(stream: string, { afterMs, fromEpoch, withinMs }: NextOptions): Promise<Sighting> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        hearing[Symbol.dispose]()
        reject(new Error(`${stream} gave no picture within ${withinMs} ms.`))
      }, withinMs)
      const hearing = this.hear((of, sighting) => {
        if (of !== stream || sighting.atMs < afterMs || sighting.epoch < fromEpoch) return
        clearTimeout(timer)
        hearing[Symbol.dispose]()
        resolve(sighting)
      })
    })
  }
}

export interface NextOptions {
  readonly afterMs: number
  readonly fromEpoch: number
  readonly withinMs: number
}
