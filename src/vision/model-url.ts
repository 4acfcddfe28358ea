/**
 * True for an https URL, and for an http URL to this very machine (a mirror that listens on loopback): a model is
 * code that runs here, so nothing on the way may change it.
 */
export function isDownloadable(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, username } = new URL(url)
  if (username !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/** True when a download of `from` may go on at `to`: never from the network to this machine, never without TLS. */
export function mayRedirect(from: string, to: string): boolean {
  if (!isDownloadable(to)) return false
  return new URL(to).protocol === 'https:' || new URL(from).protocol === 'http:'
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}
