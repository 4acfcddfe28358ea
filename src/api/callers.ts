import type { IncomingMessage } from 'node:http'
import type { Principal } from '../access/principal.ts'

/** Somebody who has shown who they are. */
export interface Caller {
  /** As they were when they were looked up last. */
  readonly principal: Principal
  /** As they are now, at most 2 s old; undefined once they are nobody any more: signed out, revoked, expired, removed. */
  again(): Promise<Principal | undefined>
}

/** Finds out who asks. */
export interface Callers {
  /**
   * Undefined for a stranger.
   * @throws SL_STORE_UNAVAILABLE while nobody can be looked up, SL_SIGN_IN_TRIES for who guesses
   */
  who(request: IncomingMessage): Promise<Caller | undefined>
  /** `then` is called whenever this process changed what somebody may. */
  onChange(then: () => void): void
}
