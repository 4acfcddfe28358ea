import { SightlineError } from '../../src/core/errors.ts'
import type { Publisher, PushedPictures, PushedSession } from '../../src/live/stream-feed.ts'
import { inTime } from './in-time.ts'

type PushedUnit = Parameters<PushedSession['push']>[0]

/** Streams that can be sent to, one publisher each; keeps what came. */
export class ScriptedPushes implements PushedPictures {
  readonly #streams: readonly string[]
  readonly publishers = new Map<string, Publisher>()
  readonly units: PushedUnit[] = []
  readonly #waiting = new Set<() => void>()

  constructor(...streams: readonly string[]) {
    this.#streams = streams
  }

  open(stream: string, publisher: Publisher): PushedSession {
    if (!this.#streams.includes(stream)) throw new SightlineError('SL_STREAM_UNKNOWN', `There is no stream ${stream}.`)
    if (this.publishers.has(stream))
      throw new SightlineError('SL_PUSH_TAKEN', `${this.publishers.get(stream)!.description} sends to ${stream}.`)
    this.publishers.set(stream, publisher)
    return {
      push: unit => {
        this.units.push(unit)
        for (const look of this.#waiting) look()
      },
      [Symbol.dispose]: () => void this.publishers.delete(stream)
    }
  }

  /** Resolves once what came is enough. */
  until(isEnough: (units: readonly PushedUnit[]) => boolean): Promise<void> {
    const enough = new Promise<void>(resolve => {
      const look = () => {
        if (!isEnough(this.units)) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
    return inTime('enough pictures came', enough, 60_000)
  }
}
