const urlShape = /^([a-z][a-z0-9+.-]*:)\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/is

/** Names of parameters that carry a secret or part of one, as whole words or endings: `access_token`, `X-Amz-Signature`. */
const secretName =
  /(^|[-_.])(access|api|auth|authorization|bearer|code|cred|credential|credentials|hash|hmac|jwt|key|keyid|login|pass|passwd|password|passphrase|policy|pwd|secret|session|sessionid|sid|sig|sign|signature|streamkey|ticket|token|user|username|usr)$/i
/** A run that long without a vowelled word's shape is a key, whatever its parameter is called. */
const secretValue = /^[A-Za-z0-9+/_=-]{20,}$/

const mask = '***'

/**
 * A URL as it may be shown, logged and written to files: user and password are left out, values of query and
 * fragment that may be secrets are masked. Rather masks too much than too little. What is no URL (a path) comes
 * back as it is. Idempotent.
 */
export function redactUrl(address: string): string {
  const parts = urlShape.exec(address)
  if (!parts) return address
  const [, scheme = '', authority = '', path = '', query = '', fragment = ''] = parts
  // A raw "/", "?" or "#" in a password ends the authority too early: what then looks like a port is not a number.
  const brokenPort = !authority.includes('@') && !authority.endsWith(']') && /:.*\D/.test(authority)
  const lastAt = address.lastIndexOf('@')
  if (brokenPort && lastAt >= 0) return redactUrl(`${scheme}//${address.slice(lastAt + 1)}`)
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  return `${scheme}//${host}${path}${maskParameters(query)}${maskParameters(fragment)}`
}

/** The values of a query or a fragment (with its `?` or `#`) that may be secrets, masked. */
export function maskParameters(part: string): string {
  if (part.length < 2) return part
  return (
    part[0] +
    part
      .slice(1)
      .split(/([&;])/)
      .map(maskParameter)
      .join('')
  )
}

function maskParameter(parameter: string): string {
  const at = parameter.indexOf('=')
  const name = at < 0 ? '' : parameter.slice(0, at)
  const value = parameter.slice(at + 1)
  if (value === '') return parameter
  const isSecret = (at >= 0 && secretName.test(decoded(name))) || secretValue.test(decoded(value))
  if (!isSecret) return parameter
  return at < 0 ? mask : `${name}=${mask}`
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
