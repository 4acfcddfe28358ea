import { SightlineError } from '../../core/errors.ts'
import type { RelayedPicture } from '../../live/stream-feed.ts'
import type { Packet } from './packet-channel.ts'

/** A polled source has a picture now and then; who asks does not wait for ever. */
const longestMs = 10_000

interface Waiting {
  readonly resolve: (picture: RelayedPicture) => void
  readonly reject: (error: unknown) => void
}

/** Pictures that workers were asked for. */
export class PendingPictures {
  readonly #waiting = new Map<number, Waiting>()
  #next = 0

  /** @throws SL_STREAM_DARK when none came in time, SL_CANCELLED */
  async ask(stream: string, signal: AbortSignal, send: (id: number) => void): Promise<RelayedPicture> {
    const id = ++this.#next
    const limit = AbortSignal.timeout(longestMs)
    const either = AbortSignal.any([signal, limit])
    const fail = () => {
      const [code, text] = signal.aborted
        ? (['SL_CANCELLED', 'was asked for no more'] as const)
        : (['SL_STREAM_DARK', `gave none within ${longestMs / 1000} s`] as const)
      this.fail(id, new SightlineError(code, `A picture of ${stream} ${text}.`, { retryable: true }))
    }
    try {
      return await new Promise<RelayedPicture>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject })
        either.addEventListener('abort', fail, { once: true })
        if (either.aborted) fail()
        else send(id)
      })
    } finally {
      either.removeEventListener('abort', fail)
    }
  }

  answer(packet: Packet, jpeg: Buffer): void {
    const { id, epoch, ptsMs, width, height } = packet as unknown as { id: number } & Omit<RelayedPicture, 'jpeg'>
    this.#waiting.get(id)?.resolve({ jpeg, epoch, ptsMs, width, height })
    this.#waiting.delete(id)
  }

  fail(id: number, error: SightlineError): void {
    this.#waiting.get(id)?.reject(error)
    this.#waiting.delete(id)
  }

  giveUp(): void {
    for (const id of [...this.#waiting.keys()])
      this.fail(id, new SightlineError('SL_CANCELLED', 'Sightline is stopping.'))
  }
}
