import { SightlineError } from '../../core/errors.ts'
import type { DialTarget } from './source.ts'

export interface Credentials {
  readonly username: string
  readonly password: string
}

/** Where a source is, with what opens it kept apart. */
export interface SourceAddress extends DialTarget {
  /** Without name and password: as it goes into requests. */
  readonly url: string
  /** The same for people: without what cameras take as passwords in paths and queries. */
  readonly title: string
  readonly credentials: Credentials | undefined
}

export interface AddressRules {
  /** Usual port and whether it is encrypted, by scheme with its colon: `rtsp:`. */
  readonly schemes: Readonly<Record<string, Pick<DialTarget, 'port' | 'tls'>>>
  /** What it is to be the address of, for messages. */
  readonly what: string
}

/** Reads an address that a source is dialled at. Throws SL_OPTION_INVALID; the password is in no message. */
export function parseSourceAddress(text: string, { schemes, what }: AddressRules): SourceAddress {
  // Up to the last @, because passwords are typed with slashes and @ in them.
  const bare = withoutSecrets(text.replace(/^([^:/@]*:(?:\/\/)?)?.*@/s, '$1'))
  const invalid = (shown: string, why: string) =>
    new SightlineError('SL_OPTION_INVALID', `${shown} is no address of ${what}: ${why}.`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line break in an address would be a second header.
  if (/[\u0000-\u0020\u007f]/.test(text))
    throw invalid(JSON.stringify(bare), 'it has blanks or control characters in it')
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw invalid(bare, 'it is no URL')
  }
  const scheme = Object.hasOwn(schemes, url.protocol) ? schemes[url.protocol] : undefined
  if (!scheme) throw invalid(bare, `it does not begin with ${listed(schemes)}`)
  if (url.hostname === '') throw invalid(bare, 'it names no host')
  const credentials = readCredentials(url)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: likewise.
  if (/[\u0000-\u001f\u007f]/.test(`${credentials?.username}${credentials?.password}`))
    throw invalid(bare, 'its name or password has control characters in it')
  const place = `${url.protocol}//${url.host}${url.pathname}${url.search}`
  return {
    url: place,
    title: withoutSecrets(place),
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? scheme.port : Number(url.port),
    tls: scheme.tls,
    credentials
  }
}

function listed(schemes: AddressRules['schemes']): string {
  return Object.keys(schemes)
    .map(scheme => `${scheme}//`)
    .join(' or ')
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
