import { SightlineError } from '../../../core/errors.ts'
import type { DialTarget } from '../source.ts'
import type { Credentials } from './authorisation.ts'

const usualPort = 554
const usualTlsPort = 322

export interface RtspAddress extends DialTarget {
  /** Without name and password: as it goes into requests. */
  readonly url: string
  /** The same for people: without what cameras take as passwords in paths and queries. */
  readonly title: string
  readonly credentials: Credentials | undefined
}

/** Reads an `rtsp://` or `rtsps://` address. Throws SL_OPTION_INVALID; the password is in no message. */
export function parseRtspAddress(text: string): RtspAddress {
  // Up to the last @, because passwords are typed with slashes and @ in them.
  const bare = withoutSecrets(text.replace(/^([^:/@]*:(?:\/\/)?)?.*@/s, '$1'))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in an address would be a second header.
  if (/[\u0000-\u0020\u007f]/.test(text))
    throw invalid(JSON.stringify(bare), 'it has blanks or control characters in it')
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw invalid(bare, 'it is no URL')
  }
  if (url.protocol !== 'rtsp:' && url.protocol !== 'rtsps:')
    throw invalid(bare, 'it does not begin with rtsp:// or rtsps://')
  if (url.hostname === '') throw invalid(bare, 'it names no host')
  const tls = url.protocol === 'rtsps:'
  const credentials = readCredentials(url)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: likewise.
  if (/[\u0000-\u001f\u007f]/.test(`${credentials?.username}${credentials?.password}`))
    throw invalid(bare, 'its name or password has control characters in it')
  const authority = `${url.protocol}//${url.host}`
  return {
    url: `${authority}${url.pathname}${url.search}`,
    title: withoutSecrets(`${authority}${url.pathname}${url.search}`),
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (tls ? usualTlsPort : usualPort) : Number(url.port),
    tls,
    credentials
  }
}

function readCredentials({ username, password }: URL): Credentials | undefined {
  return username === '' ? undefined : { username: decoded(username), password: decoded(password) }
}

/** As it was typed where a percent sign stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Cameras have `/user=admin_password=1234_channel=1` and `?user=admin&pwd=1234`. */
function withoutSecrets(url: string): string {
  return url.replace(/((?:pass\w*?|pwd|pw|token|secret|auth|key)=)[^&/;?]*?(?=[&/;?]|_[a-z]+=|$)/gi, '$1***')
}

function invalid(text: string, why: string): SightlineError {
  return new SightlineError('SL_OPTION_INVALID', `${text} is no address of a camera: ${why}.`)
}
