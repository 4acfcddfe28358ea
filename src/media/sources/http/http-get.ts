import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { SightlineError } from '../../../core/errors.ts'
import type { Dialler } from '../source.ts'

const mostRedirects = 5
/** A server that does not answer in this time is gone. */
const answerMs = 10_000

/** An `http://` or `https://` address whose credentials are apart. Throws SL_OPTION_INVALID; the password is in no message. */
export function parseHttpAddress(text: string): { readonly url: URL; readonly authorisation: string | undefined } {
  if (!URL.canParse(text) || !/^https?:/i.test(text) || /\s/.test(text))
    throw new SightlineError('SL_OPTION_INVALID', 'The address of a source is no http:// or https:// URL.')
  const url = new URL(text)
  const { username, password } = url
  url.username = url.password = ''
  url.hash = ''
  const pair = [username, password].map(part => decodeURIComponent(part.replace(/%(?![0-9a-f]{2})/gi, '%25')))
  return { url, authorisation: username && `Basic ${Buffer.from(pair.join(':')).toString('base64')}` }
}

/** Without what is behind the question mark, where tokens are. */
export function titleOf(url: URL): string {
  return `${url.origin}${url.pathname}${url.search && '?…'}`
}

/**
 * Asks for an address through `dialler`, also for those that it redirects to. The caller destroys what comes.
 * @throws SL_INPUT_… and SL_CANCELLED
 */
export async function httpGet(address: string, dialler: Dialler, signal: AbortSignal): Promise<IncomingMessage> {
  let { url, authorisation } = parseHttpAddress(address)
  const title = titleOf(url)
  for (let hops = 0; hops <= mostRedirects; hops++) {
    const answer = await ask(url, authorisation, title, dialler, signal)
    const { statusCode = 0, headers } = answer
    if (statusCode === 200) return answer
    answer.destroy()
    if (statusCode < 300 || statusCode >= 400 || !headers.location) throw refusal(title, statusCode)
    const next = URL.canParse(headers.location, url.href) ? new URL(headers.location, url) : undefined
    if (!next || !/^https?:$/.test(next.protocol))
      throw new SightlineError('SL_INPUT_REFUSED', `${title} redirects to no http:// or https:// address.`)
    // A password is for the place it was given for.
    if (next.origin !== url.origin) authorisation = undefined
    next.username = next.password = ''
    url = next
  }
  throw new SightlineError('SL_INPUT_REFUSED', `${title} redirects more than ${mostRedirects} times.`)
}

async function ask(
  url: URL,
  authorisation: string | undefined,
  title: string,
  dialler: Dialler,
  signal: AbortSignal
): Promise<IncomingMessage> {
  const tls = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const socket = await dialler.dial({ host, port: Number(url.port) || (tls ? 443 : 80), tls }, signal)
  const limit = AbortSignal.timeout(answerMs)
  const asking = request({
    createConnection: () => socket,
    host,
    path: `${url.pathname}${url.search}`,
    headers: { Host: url.host, 'User-Agent': 'Sightline', ...(authorisation && { Authorization: authorisation }) }
  })
  try {
    const answered = once(asking, 'response', { signal: AbortSignal.any([signal, limit]) })
    asking.end()
    const [answer] = (await answered) as [IncomingMessage]
    return answer
  } catch (cause) {
    asking.on('error', () => undefined).destroy()
    socket.destroy()
    if (signal.aborted) throw new SightlineError('SL_CANCELLED', `${title} was given up.`, { cause })
    const details = { cause, retryable: true }
    if (limit.aborted)
      throw new SightlineError('SL_INPUT_TIMEOUT', `${title} did not answer within ${answerMs / 1000} s.`, details)
    throw new SightlineError('SL_INPUT_NETWORK', `${title}: the connection broke.`, details)
  }
}

function refusal(title: string, status: number): SightlineError {
  const answer = `${title} answers with ${status}`
  if (status === 401 || status === 403)
    return new SightlineError('SL_INPUT_UNAUTHORISED', `${answer}: give it the right name and password.`)
  if (status === 404 || status === 410)
    return new SightlineError('SL_INPUT_NOT_FOUND', `${answer}: there is nothing at this address.`)
  return new SightlineError('SL_INPUT_REFUSED', `${answer}.`, { retryable: status >= 500 || status === 429 })
}
