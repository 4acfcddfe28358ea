import type { ClockMessage } from '../../contract/live.ts'
import type { Newest, OutBox } from './out-box.ts'
import { textFrame } from './text-frame.ts'

/** The newest clock of each viewing session, for those who ask for it: before the session is known here, too. */
export class ClockBoard {
  readonly #most: number
  readonly #clocks = new Map<string, Newest>()
  readonly #viewers = new Map<string, Set<OutBox>>()

  /** `most`: sessions whose clock is kept; the one that was told longest ago goes first. */
  constructor(most: number) {
    this.#most = most
  }

  tell(message: ClockMessage): void {
    const clock = this.#clocks.get(message.session) ?? { stream: message.stream, frame: undefined }
    clock.frame = textFrame(JSON.stringify(message))
    this.#clocks.delete(message.session)
    this.#clocks.set(message.session, clock)
    for (const oldest of this.#clocks.keys()) {
      if (this.#clocks.size <= this.#most) break
      this.#clocks.delete(oldest)
    }
    for (const out of this.#viewers.get(message.session) ?? []) out.newest(clock)
  }

  forget(session: string): void {
    this.#clocks.delete(session)
  }

  view(out: OutBox, before: readonly string[], now: readonly string[]): void {
    for (const session of before) {
      const viewers = this.#viewers.get(session)
      viewers?.delete(out)
      if (viewers?.size === 0) this.#viewers.delete(session)
    }
    for (const session of now) {
      const viewers = this.#viewers.get(session) ?? new Set()
      this.#viewers.set(session, viewers.add(out))
      const clock = this.#clocks.get(session)
      if (clock) out.newest(clock)
    }
  }
}
