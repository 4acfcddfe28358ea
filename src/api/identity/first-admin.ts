import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { SightlineError } from '../../core/errors.ts'
import type { User } from '../../store/users.ts'
import type { FailedTries } from '../failed-tries.ts'
import { addressOf } from '../request-origin.ts'
import type { AccessStores } from './access-stores.ts'
import type { Accounts } from './accounts.ts'
import type { Principals } from './principals.ts'

export interface FirstAdminOptions {
  readonly stores: () => AccessStores
  readonly accounts: Accounts
  readonly principals: Principals
  readonly failedTries: FailedTries
  readonly now?: () => number
}

/** Whoever has the token of the set-up link becomes the first admin; who merely finds the page does not. */
export class FirstAdmin {
  readonly #options: FirstAdminOptions
  readonly #now: () => number

  constructor(options: FirstAdminOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** A new token, in place of the one before; undefined once somebody is there. */
  async offer(): Promise<string | undefined> {
    const { stores, principals } = this.#options
    return (await principals.isSetUp()) ? undefined : stores().setUp.offer(this.#now())
  }

  /** @throws SL_SET_UP_REFUSED for another token, or when it is done; SL_SIGN_IN_TRIES for who guesses */
  async requireToken(request: IncomingMessage, token: string): Promise<void> {
    const { stores, principals, failedTries } = this.#options
    const address = addressOf(request)
    if (failedTries.waitMs(address) > 0)
      throw new SightlineError('SL_SIGN_IN_TRIES', 'Too many wrong links were opened: try again in a while.')
    if (!(await principals.isSetUp()) && (await stores().setUp.isOffered(token))) return
    failedTries.add(address, createHash('sha256').update(token).digest('base64url'))
    throw refused()
  }

  /** @throws as `requireToken`, SL_PASSWORD_WEAK, SL_QUERY_INVALID for a name that is none */
  async create(request: IncomingMessage, token: string, name: string, password: string): Promise<User> {
    const { stores, accounts, principals } = this.#options
    await this.requireToken(request, token)
    const user = await accounts.made({ name: name.trim().toLowerCase(), role: 'admin', password })
    if (!(await stores().setUp.use(token, user))) throw refused()
    principals.changed()
    const detail = { from: addressOf(request), role: 'admin' }
    const entry = { atMs: this.#now(), actor: 'set-up', action: 'user-added', subject: `user/${user.name}`, detail }
    await stores().audit.add(entry)
    return user
  }
}

function refused(): SightlineError {
  return new SightlineError(
    'SL_SET_UP_REFUSED',
    'This link has been used, or there is a newer one: the terminal or the log where Sightline was started last has it.'
  )
}
