import type { IncomingMessage } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Principal } from '../access/principal.ts'

/** Somebody who has shown who they are. */
export interface Caller {
  /** As they were when they were looked up last. */
  readonly principal: Principal
  /** The session of a browser that is signed in. */
  readonly session?: string | undefined
  /** As they are now, at most 2 s old; undefined once they are nobody any more: signed out, revoked, expired, removed. */
  again(): Promise<Principal | undefined>
}

/** Finds out who asks. */
export interface Callers {
  /**
   * Undefined for a stranger.
   * @param give puts headers on the answer, where there is one
   * @throws SL_STORE_UNAVAILABLE while nobody can be looked up, SL_TOKEN_REFUSED, SL_SIGN_IN_TRIES for who guesses
   */
  who(
    request: IncomingMessage,
    give?: (cookies: readonly string[]) => void
  ): Promise<Caller | undefined> | Caller | undefined
  /** `then` is called whenever this process changed what somebody may. */
  onChange(then: () => void): void
  /** The page for a person who is a stranger, in place of what they asked for. */
  welcome?(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
}
