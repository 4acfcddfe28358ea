import type { ClockMessage } from '../../contract/live.ts'
import type { LiveClient } from './live-client.ts'
import type { Newest } from './out-box.ts'
import { textFrame } from './text-frame.ts'

/** The newest clock of each viewing session, for those who ask for it: before the session is known here, too. */
export class ClockBoard {
  readonly #most: number
  readonly #clocks = new Map<string, Newest>()
  readonly #viewers = new Map<string, Set<LiveClient>>()

  /** `most`: sessions whose clock is kept; the one that was told longest ago goes first. */
  constructor(most: number) {
    this.#most = most
  }

  tell(message: ClockMessage): void {
    const clock = this.#clocks.get(message.session) ?? { frame: undefined }
    clock.frame = textFrame(JSON.stringify(message))
    this.#clocks.delete(message.session)
    this.#clocks.set(message.session, clock)
    for (const oldest of this.#clocks.keys()) {
      if (this.#clocks.size <= this.#most) break
      this.#clocks.delete(oldest)
    }
    for (const client of this.#viewers.get(message.session) ?? []) client.newest(clock)
  }

  forget(session: string): void {
    this.#clocks.delete(session)
  }

  view(client: LiveClient, before: readonly string[], now: readonly string[]): void {
    for (const session of before) {
      const viewers = this.#viewers.get(session)
      viewers?.delete(client)
      if (viewers?.size === 0) this.#viewers.delete(session)
    }
    for (const session of now) {
      const viewers = this.#viewers.get(session) ?? new Set()
      this.#viewers.set(session, viewers.add(client))
      const clock = this.#clocks.get(session)
      if (clock) client.newest(clock)
    }
  }
}
