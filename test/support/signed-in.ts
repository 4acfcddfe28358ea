import { asFirstAdmin, browserCookies } from './first-admin.ts'

type Shown = Awaited<ReturnType<typeof asFirstAdmin>>

/**
 * What is shown for a session is good for five minutes; what a browser gets instead then, its next one does not know, and whoever
 * goes on to show the old one is signed out.
 */
const newAfterMs = 120_000

/** Somebody who may do everything on the server at `url`, and signs in anew long before a session has to be renewed. */
export class SignedIn {
  readonly #url: string
  #said: string
  #shown: Promise<Shown> | undefined
  #sinceMs = 0

  /** `said`: standard error of a server that nobody was set up on yet. */
  constructor(url: string, said = '') {
    this.#url = url
    this.#said = said
  }

  /** As a request's header has it. */
  async cookie(): Promise<string> {
    return (await this.#now()).cookie
  }

  /** As Playwright's `context.addCookies` takes it. */
  async cookies(): Promise<ReturnType<typeof browserCookies>> {
    return browserCookies(this.#url, await this.#now())
  }

  #now(): Promise<Shown> {
    if (this.#shown && performance.now() - this.#sinceMs < newAfterMs) return this.#shown
    this.#sinceMs = performance.now()
    this.#shown = asFirstAdmin(this.#url, this.#said)
    // The link that it said opens nothing a second time.
    this.#said = ''
    return this.#shown
  }
}
