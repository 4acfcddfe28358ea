import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { StreamReidSettings } from '../config/reid-settings.ts'
import type { Logger } from '../core/log.ts'
import type { StreamControl } from '../live/stream-control.ts'
import type { StoreDatabase } from '../store/database.ts'
import { type Placing, SiteLooks, type TrackLook } from '../store/site-looks.ts'
import { unpackLook } from '../tracking/packed-look.ts'
import { type SeenTrack, SiteGallery, siteReidDefaults } from '../tracking/site-gallery.ts'
import { travelTable } from '../tracking/travel.ts'

export interface IdentityDeskOptions {
  readonly database: StoreDatabase
  /** Of all streams here, by name, as they are at the moment. */
  readonly streams: () => ReadonlyMap<string, StreamReidSettings | undefined>
  readonly log: Pick<Logger, 'warn'>
  /** The machine's clock, in epoch milliseconds: ages are counted with it. */
  readonly now?: () => number
  /** Milliseconds by a clock of this process that nobody can set: what happens every minute goes by it. */
  readonly elapsed?: () => number
}

/** Tracks that are settled in one go: beside 2,000 that are known, a few milliseconds of the thread that answers. */
const batch = 16
const everyMs = 1000
const forgetEveryMs = 60_000

/**
 * Settles whose the tracks are that have ended in the streams of sites, once what they looked like is in the store, and forgets that
 * when it is of no use any more.
 */
export class IdentityDesk implements AsyncDisposable {
  readonly #options: IdentityDeskOptions
  readonly #looks: SiteLooks
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #forgotMs = Number.NEGATIVE_INFINITY
  #isFailing = false

  constructor(options: IdentityDeskOptions) {
    this.#options = options
    this.#looks = new SiteLooks(options.database)
  }

  /** Looks every second from now on. To be called once it is known which streams there are: what the rest looked like is forgotten. */
  static start(options: IdentityDeskOptions): IdentityDesk {
    const desk = new IdentityDesk(options)
    desk.#running = desk.#loop()
    return desk
  }

  /** Settles all that there is to settle, and forgets what is due. Throws what the store does. */
  async pass(): Promise<void> {
    const { streams, now = Date.now } = this.#options
    // Mostly there is nothing to settle, and nobody need ask what holds.
    let byNow: Placing | undefined
    const placing: Placing = (...looks) => {
      byNow ??= placingOf(streams())
      return byNow(...looks)
    }
    try {
      while (!this.#stopping.signal.aborted && (await this.#looks.place(batch, placing, now())) === batch);
    } finally {
      // What cannot be settled is forgotten in its time all the same.
      await this.#forget()
    }
  }

  async #forget(): Promise<void> {
    const { streams, now = Date.now, elapsed = () => performance.now() } = this.#options
    if (elapsed() - this.#forgotMs < forgetEveryMs) return
    this.#forgotMs = elapsed()
    const keepMs = [...streams()].map(([name, reid]) => [name, keepMsOf(reid)] as const)
    await this.#looks.forget(new Map(keepMs), now())
  }

  /** Done when what is under way is. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort()
    await this.#running
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        await this.pass()
        this.#isFailing = false
      } catch (error) {
        if (!this.#isFailing)
          this.#options.log.warn({ err: error }, 'who was seen could not be settled; it is tried again')
        this.#isFailing = true
      }
      await pause(everyMs, undefined, { signal }).catch(() => undefined)
    }
  }
}

/** How tracks of each stream are known again. */
export function reidOfStreams(
  control: Pick<StreamControl, 'list'>
): ReadonlyMap<string, StreamReidSettings | undefined> {
  return new Map(control.list().map(({ name, settings }) => [name, settings.reid as StreamReidSettings | undefined]))
}

function keepMsOf(reid: StreamReidSettings | undefined): number {
  return reid?.scope === 'site' ? (reid.site?.keepMs ?? siteReidDefaults.keepMs) : 0
}

/** By the settings of the streams as they are now. */
function placingOf(settings: ReadonlyMap<string, StreamReidSettings | undefined>): Placing {
  const travel = travelTable(
    [...settings].flatMap(([to, reid]) => (reid?.site?.travel ?? []).map(rule => ({ ...rule, to })))
  )
  const options = (stream: string) => ({ ...siteReidDefaults, ...settings.get(stream)?.site })
  return (fresh, known) => {
    const gallery = new SiteGallery({ options, travel, newIdentity: randomUUID })
    for (const look of known) {
      const track = seenTrack(look)
      if (track) gallery.add(look.identity, track)
    }
    const seen = fresh.map(seenTrack)
    const places = gallery.place(seen.filter(track => track !== undefined)).values()
    return seen.map(track => (track ? places.next().value : undefined))
  }
}

function seenTrack({ stream, label, model, startedMs, endedMs, bytes }: TrackLook): SeenTrack | undefined {
  const look = unpackLook(bytes)
  return look && { stream, label, model, fromMs: startedMs, toMs: endedMs, look }
}
