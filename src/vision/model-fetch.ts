import { SightlineError } from '../core/errors.ts'
import { mayRedirect } from './model-url.ts'

const maxRedirects = 5

/** Ends a transfer that brings nothing: aborts its signal when `alive` was not called for `idleMs`, and when disposed. */
export class Watchdog implements Disposable {
  readonly signal: AbortSignal
  /** True when it was the waiting that ended it, and not the caller. */
  expired = false
  readonly #timer: NodeJS.Timeout
  readonly #end = new AbortController()

  constructor(idleMs: number, signal?: AbortSignal) {
    this.signal = signal ? AbortSignal.any([this.#end.signal, signal]) : this.#end.signal
    this.#timer = setTimeout(() => {
      this.expired = true
      this.#end.abort()
    }, idleMs)
  }

  alive(): void {
    this.#timer.refresh()
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#end.abort()
  }
}

/**
 * GETs a URL of which `mayRedirect` allows each step. Throws SL_MODEL_NOT_FOUND for 404 and 410,
 * SL_MODEL_DOWNLOAD_FAILED for every other answer but 200, 206 and 416, and what fetch throws.
 */
export async function get(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
  let at = url
  for (let step = 0; step <= maxRedirects; step++) {
    // A compressed body has other lengths and ranges than the file.
    const response = await fetch(at, {
      headers: { 'accept-encoding': 'identity', ...headers },
      redirect: 'manual',
      signal
    })
    const { status } = response
    if (status === 200 || status === 206 || status === 416) return response
    await response.body?.cancel()
    const location = response.headers.get('location')
    if (status < 300 || status > 399 || !location) throw refusal(at, status)
    const next = URL.canParse(location, at) ? new URL(location, at).href : location
    if (!mayRedirect(at, next)) {
      throw new SightlineError('SL_MODEL_DOWNLOAD_FAILED', `${at} redirects to ${next}, which is not an https URL.`)
    }
    at = next
  }
  throw new SightlineError('SL_MODEL_DOWNLOAD_FAILED', `${url} redirects more than ${maxRedirects} times.`)
}

function refusal(url: string, status: number): SightlineError {
  if (status === 404 || status === 410)
    return new SightlineError('SL_MODEL_NOT_FOUND', `${url} answers ${status}: it is not there.`)
  return new SightlineError('SL_MODEL_DOWNLOAD_FAILED', `${url} answers ${status}.`, {
    retryable: status >= 500 || status === 408 || status === 429
  })
}
