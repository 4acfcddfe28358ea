import type { PictureRequest, RelayedPicture, StreamFeeds } from '../stream-feed.ts'
import { NewestSlot } from './newest-slot.ts'
import { checkKinds, kindOf, onLadder } from './picture-kinds.ts'

interface Share {
  readonly slots: Set<NewestSlot<RelayedPicture>>
  readonly ending: AbortController
  last: RelayedPicture | undefined
}

/**
 * Of one stream at once, and as many single ones. One kind at 30 a second takes up to a third of a core, with boxes. Raise
 * it for pages that show a stream in more ways than small and large, with boxes and without.
 */
const mostKinds = 8

/** Has each picture made once, however many watch: those who ask for the same of a stream share it. */
export class SharedPictures {
  readonly #feeds: Pick<StreamFeeds, 'picture' | 'pictures'>
  readonly #shares = new Map<string, Share>()
  readonly #single = new Map<string, Promise<RelayedPicture>>()

  constructor(feeds: Pick<StreamFeeds, 'picture' | 'pictures'>) {
    this.#feeds = feeds
  }

  /** How many different ones are being made. */
  get size(): number {
    return this.#shares.size
  }

  /** Whether these can be made beside what is made already. @throws SL_VIEW_LIMIT */
  admit(stream: string, asked: PictureRequest): void {
    if (!this.#shares.has(kindOf(stream, onLadder(asked)))) checkKinds(stream, this.#shares.keys(), mostKinds)
  }

  /** Those that are taken in time, the first at once where there is one. @throws SL_STREAM_UNKNOWN, SL_VIEW_LIMIT */
  async *pictures(stream: string, asked: PictureRequest, signal: AbortSignal): AsyncGenerator<RelayedPicture> {
    const request = onLadder(asked)
    const key = kindOf(stream, request)
    this.admit(stream, request)
    const share = this.#shares.get(key) ?? this.#begin(key, stream, request)
    const slot = new NewestSlot<RelayedPicture>()
    if (share.last) slot.put(share.last)
    share.slots.add(slot)
    const leave = () => slot.end()
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    try {
      yield* slot.values()
    } finally {
      signal.removeEventListener('abort', leave)
      share.slots.delete(slot)
      if (share.slots.size === 0) this.#end(key, share)
    }
  }

  /** The same for one picture, which may be as old as `maxFps` says. @throws SL_STREAM_UNKNOWN, SL_STREAM_DARK, SL_VIEW_LIMIT */
  async picture(stream: string, asked: PictureRequest): Promise<RelayedPicture> {
    const request = onLadder(asked)
    const key = kindOf(stream, request)
    const known = this.#single.get(key)
    if (known) return known
    checkKinds(stream, this.#single.keys(), mostKinds)
    // Who is asked has a limit, and says what it was that did not come within it: another one here would call that off before.
    const picture = this.#feeds.picture(stream, request, new AbortController().signal)
    this.#single.set(key, picture)
    const forget = () => this.#single.delete(key)
    picture.then(() => setTimeout(forget, 1000 / request.maxFps).unref(), forget)
    return picture
  }

  #begin(key: string, stream: string, request: PictureRequest): Share {
    const share: Share = { slots: new Set(), ending: new AbortController(), last: undefined }
    this.#shares.set(key, share)
    void this.#run(share, stream, request).then(error => {
      this.#end(key, share)
      for (const slot of share.slots) slot.end(error)
    })
    return share
  }

  /** Gives what it ended with, where that was an error. */
  async #run(share: Share, stream: string, request: PictureRequest): Promise<unknown> {
    try {
      for await (const picture of this.#feeds.pictures(stream, request, share.ending.signal)) {
        share.last = picture
        for (const slot of share.slots) slot.put(picture)
      }
      return undefined
    } catch (error) {
      return error
    }
  }

  /** Whoever comes from now on begins anew. */
  #end(key: string, share: Share): void {
    share.ending.abort()
    if (this.#shares.get(key) === share) this.#shares.delete(key)
  }
}
