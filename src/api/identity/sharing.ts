import type { IncomingMessage } from 'node:http'
import { type CountSettings, requireRoom } from '../../config/count-settings.ts'
import { SightlineError } from '../../core/errors.ts'
import type { ShareLink } from '../../store/share-links.ts'
import type { AccessStores } from './access-stores.ts'
import { givenSecret, type ShareReaders } from './share-readers.ts'

export interface SharingOptions {
  readonly stores: () => AccessStores
  readonly readers: ShareReaders
  /** Called after each change: who reads by a link is looked up again. */
  readonly changed: () => void
  readonly limits?: (() => CountSettings | undefined) | undefined
  readonly now?: (() => number) | undefined
}

export interface NewShareLink {
  readonly recording: string
  readonly userId: string
  readonly title: string | null
  readonly expiresMs: number
}

const dayMs = 86_400_000
const longestDays = 366

/** Makes links to reports, opens and revokes them. What changes is in the audit log, without a link's secret, and counts at once. */
export class Sharing {
  readonly #options: SharingOptions
  readonly #now: () => number

  constructor(options: SharingOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** Gives the secret, which nobody can read again. @throws SL_REQUEST_INVALID for a time that is over or too far away, SL_LIMIT_REACHED */
  async issue(actor: string, wish: NewShareLink): Promise<{ readonly id: string; readonly secret: string }> {
    const { stores, limits } = this.#options
    const createdMs = this.#now()
    const { recording, title, expiresMs } = wish
    if (expiresMs <= createdMs || expiresMs > createdMs + longestDays * dayMs)
      throw new SightlineError(
        'SL_REQUEST_INVALID',
        `\`expiresMs\` is ${new Date(expiresMs).toISOString()}: a link ends later than now, and at most ${longestDays} days later.`
      )
    const room = (there: number) => requireRoom(limits?.(), 'shareLinksPerReport', there)
    const issued = await stores().shareLinks.issue({ ...wish, createdMs }, room)
    await this.#done(actor, 'report-shared', recording, { link: issued.id, title, expiresMs })
    return issued
  }

  /** The cookie for who shows a link's secret. Undefined for a link that shows nothing, and for another secret. */
  async open(request: IncomingMessage, id: string, secret: string): Promise<string | undefined> {
    const link = await this.#options.readers.link(id, secret)
    return link && givenSecret(request, id, secret, link.expiresMs - this.#now())
  }

  /** False where there is none any more. */
  async revoke(actor: string, { id, recording, title }: ShareLink): Promise<boolean> {
    if (!(await this.#options.stores().shareLinks.revoke(id))) return false
    await this.#done(actor, 'share-link-revoked', recording, { link: id, title })
    return true
  }

  async #done(actor: string, action: string, recording: string, detail: object): Promise<void> {
    this.#options.changed()
    const audit = { atMs: this.#now(), actor, action, subject: `recording/${recording}`, detail }
    await this.#options.stores().audit.add(audit)
  }
}
