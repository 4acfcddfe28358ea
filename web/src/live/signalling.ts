import { readIceServers } from './ice-servers.ts'

/** The server refused an offer. */
export class SignallingError extends Error {
  readonly response: Response
  constructor(response: Response) {
    super(`The server answered ${response.status}.`)
    this.name = 'SignallingError'
    this.response = response
  }

  get status(): number {
    return this.response.status
  }
}

const description = 'application/sdp'
const fragment = 'application/trickle-ice-sdpfrag'
/** Addresses of this machine are known at once; what comes later follows by itself. */
const gatherMs = 150

/** The sentence for people in the server's answer (RFC 9457). */
export async function problemOf({ response }: SignallingError): Promise<string> {
  const problem: { readonly detail?: string } = await response.json().catch(() => ({}))
  return problem.detail ?? `The server answered ${response.status}.`
}

/** STUN and TURN servers that the server wants to be reached by (RFC 9725 §4.6); none by default. */
export async function iceServersOf(url: string, signal: AbortSignal): Promise<RTCIceServer[]> {
  const response = await fetch(url, { method: 'OPTIONS', signal })
  return readIceServers(response.headers.get('link') ?? '')
}

/**
 * Sends the connection's offer and takes the answer (WHIP, RFC 9725; WHEP). Gives the address of the session. Candidates
 * that turn up later are sent after it. @throws SignallingError
 */
export async function offerSession(connection: RTCPeerConnection, url: string, signal: AbortSignal): Promise<string> {
  await connection.setLocalDescription()
  await gathered(connection)
  const sdp = connection.localDescription?.sdp ?? ''
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': description }, body: sdp, signal })
  if (response.status !== 201) throw new SignallingError(response)
  const location = new URL(response.headers.get('location') ?? '', response.url).pathname
  try {
    const answer = await response.text()
    signal.throwIfAborted()
    trickle(connection, location, sdp)
    await connection.setRemoteDescription({ type: 'answer', sdp: answer })
    return location
  } catch (error) {
    endSession(location)
    throw error
  }
}

/** Ends a session, and its connection once the server knows: one that vanishes before is over when it is told. Also from a page that is just being left. */
export function endSession(location: string, connection?: RTCPeerConnection): void {
  void fetch(location, { method: 'DELETE', keepalive: true })
    .catch(() => {}) // The server ends it by itself before long.
    .finally(() => connection?.close())
}

function gathered(connection: RTCPeerConnection): Promise<void> {
  return new Promise(resolve => {
    const look = () => {
      if (connection.iceGatheringState === 'complete') resolve()
    }
    connection.addEventListener('icegatheringstatechange', look)
    setTimeout(resolve, gatherMs)
    look()
  })
}

/** Candidates that are not in what was sent already (RFC 8840). */
function trickle(connection: RTCPeerConnection, location: string, sent: string): void {
  const told = new Set<string>()
  const credentials =
    sent
      .match(/^a=ice-(?:ufrag|pwd):.*$/gm)
      ?.slice(0, 2)
      .map(line => line.trim()) ?? []
  const tell = () => {
    const now = connection.localDescription?.sdp ?? ''
    const found = [...now.matchAll(/^a=candidate:.*$/gm)].map(([line]) => line.trim())
    const news = found.filter(line => !sent.includes(line) && !told.has(line))
    if (news.length === 0) return
    for (const line of news) told.add(line)
    const body = `${[...credentials, 'm=video 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:0', ...news].join('\r\n')}\r\n`
    const headers = { 'content-type': fragment }
    void fetch(location, { method: 'PATCH', headers, body }).catch(() => {}) // One way of several.
  }
  connection.addEventListener('icecandidate', tell)
  tell()
}
