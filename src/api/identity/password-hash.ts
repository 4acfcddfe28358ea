import { hash, parseOptions, verify } from '@node-rs/argon2'
import { SightlineError } from '../../core/errors.ts'

/** OWASP's first choice for argon2id (Password Storage Cheat Sheet): 19 MiB, two passes. Raise them as machines grow. */
const strength = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

/** Of no password, made as any other: checking it takes as long. */
const nobodys = `$argon2id$v=19$m=${strength.memoryCost},t=${strength.timeCost},p=${strength.parallelism}$${'A'.repeat(22)}$${'A'.repeat(43)}`

/** Each takes 19 MiB and a thread of the pool that files are read in too: these many at a time, and so many may wait. */
const mostAtOnce = 2
const mostWaiting = 64

/** Hashes passwords (argon2id), off the main thread. The same letters are the same, however a keyboard composes them (NFKC). */
export class PasswordHash {
  #running = 0
  readonly #waiting: (() => void)[] = []

  /** In the form that says how it was made (PHC string). @throws SL_SIGN_IN_TRIES */
  make(password: string): Promise<string> {
    return this.#inTurn(() => hash(password.normalize('NFKC'), strength))
  }

  /**
   * Whether this is the password; where nothing is known, it takes as long.
   * @throws SL_SIGN_IN_TRIES while too many others are waiting
   */
  async check(known: string | null | undefined, password: string): Promise<boolean> {
    const isRight = await this.#inTurn(() => verify(known ?? nobodys, password.normalize('NFKC')).catch(() => false))
    return isRight && typeof known === 'string'
  }

  /** True for one that was made with less than is asked for now. */
  isOutdated(known: string): boolean {
    const { memoryCost, timeCost } = parseOptions(known)
    return memoryCost < strength.memoryCost || timeCost < strength.timeCost
  }

  async #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= mostAtOnce) {
      if (this.#waiting.length >= mostWaiting)
        throw new SightlineError('SL_SIGN_IN_TRIES', 'Too many people are signing in: try again in a moment.', {
          retryable: true
        })
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    } else this.#running++
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}
