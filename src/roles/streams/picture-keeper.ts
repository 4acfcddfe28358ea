import type { Logger } from '../../core/log.ts'
import type { Assets } from '../../store/assets.ts'
import type { PictureOwner } from './picture-post.ts'

export interface KeeperOptions {
  readonly assets: Assets
  /** False while the disks are too full for what can be done without. */
  readonly mayKeep: () => boolean
  readonly log: Logger
}

/** Pictures that are kept at the same time. */
const lanes = 2
/** Pictures that wait for it. More are let go: a slow disk must not fill the memory. */
const mostWaiting = 256
/** One line in the log for so long, however many fail. */
const quietMs = 60_000

/** Keeps the pictures of live tracks among the assets, from where retention removes them by age and budget. */
export class PictureKeeper {
  readonly #options: KeeperOptions
  readonly #waiting: (() => void)[] = []
  #running = 0
  #saidMs = Number.NEGATIVE_INFINITY

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** Gives the digest; undefined where it is not kept. Never rejects. */
  async keep({ stream, epoch, trackId }: PictureOwner, jpeg: Buffer): Promise<string | undefined> {
    const { assets, mayKeep } = this.#options
    if (this.#waiting.length >= mostWaiting || !mayKeep()) return undefined
    if (this.#running >= lanes) await new Promise<void>(resolve => this.#waiting.push(resolve))
    else this.#running++
    try {
      const owner = { kind: 'snapshot', owner: `track/${stream}/${epoch}/${trackId}`, stream } as const
      const kept = await assets.keep(jpeg, { ...owner, name: `track-${trackId}.jpg` }, { contentType: 'image/jpeg' })
      return kept.digest
    } catch (error) {
      this.#say(stream, error)
      return undefined
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  #say(stream: string, error: unknown): void {
    const nowMs = performance.now()
    if (nowMs - this.#saidMs < quietMs) return
    this.#saidMs = nowMs
    this.#options.log.warn({ stream, err: error }, 'pictures of tracks cannot be kept')
  }
}
