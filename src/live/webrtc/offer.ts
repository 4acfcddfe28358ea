import { type MediaDescription, parse, parseParams, type SessionDescription } from 'sdp-transform'
import { SightlineError } from '../../core/errors.ts'
import type { IceCredentials } from './ice-agent.ts'
import type { Fingerprint } from './secure-transport.ts'
import { mostCandidates, mostSdpBytes } from './webrtc-settings.ts'

/** What a peer's description offers (RFC 8866, RFC 8829), as far as it concerns one video. */
export interface Offer {
  readonly ice: IceCredentials
  readonly fingerprints: readonly Fingerprint[]
  /** Of all media, each once: `1 1 udp …` */
  readonly candidates: readonly string[]
  /** In the order of the description, which the answer has to keep. */
  readonly media: readonly OfferedMedia[]
}

export type Direction = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive'

export interface OfferedMedia {
  readonly kind: string
  readonly protocol: string
  readonly mid: string | undefined
  readonly direction: Direction
  /** True where it shares the first one's transport. */
  readonly isBundled: boolean
  readonly payloads: readonly OfferedPayload[]
  readonly extensions: readonly { readonly id: number; readonly uri: string }[]
}

export interface OfferedPayload {
  readonly type: number
  /** In capitals: `H264`. */
  readonly codec: string
  readonly clockRate: number
  readonly channels: string | undefined
  readonly parameters: Readonly<Record<string, string>>
}

const mostMedia = 16
const directions = new Set<string>(['sendrecv', 'sendonly', 'recvonly', 'inactive'])

/** @throws SL_OFFER_INVALID for what is no offer, or beyond all measure */
export function readOffer(sdp: string): Offer {
  if (Buffer.byteLength(sdp) > mostSdpBytes) throw invalid(`it has more than ${mostSdpBytes} bytes`)
  if (!/^v=0\r?\n/.test(sdp)) throw invalid('it does not begin with v=0')
  const session = parsed(sdp)
  if (session.media.length === 0 || session.media.length > mostMedia)
    throw invalid(`it has ${session.media.length} media; 1 to ${mostMedia} can be`)
  if (session.icelite) throw invalid('both sides would wait for the other (ice-lite)')
  const candidates = [...new Set(sdp.match(/^a=candidate:.*$/gm)?.map(line => line.slice(12).trim()))]
  if (candidates.length > mostCandidates) throw invalid(`it has more than ${mostCandidates} candidates`)
  const group = session.groups?.find(({ type }) => type === 'BUNDLE')
  const bundled = new Set(group?.mids === undefined ? [] : String(group.mids).split(' '))
  const media = session.media.map(section => readMedia(section, session, bundled))
  const first = session.media.find(({ mid }) => bundled.has(String(mid))) ?? session.media.find(isVideo)
  const username = first?.iceUfrag ?? session.iceUfrag
  const password = first?.icePwd ?? session.icePwd
  if (!username || !password) throw invalid('it has no ice-ufrag and ice-pwd')
  const setup = first?.setup ?? session.setup
  if (setup === 'passive' || setup === 'holdconn') throw invalid('its setup has to be actpass or active')
  const fingerprint = first?.fingerprint ?? session.fingerprint
  if (!fingerprint) throw invalid('it has no fingerprint')
  const fingerprints = [{ algorithm: String(fingerprint.type), value: String(fingerprint.hash) }]
  return { ice: { username: String(username), password: String(password) }, fingerprints, candidates, media }
}

function parsed(sdp: string): SessionDescription {
  try {
    return parse(sdp)
  } catch (cause) {
    throw invalid('it cannot be read', cause)
  }
}

function readMedia(section: MediaDescription, session: SessionDescription, bundled: ReadonlySet<string>): OfferedMedia {
  const mid = section.mid === undefined ? undefined : String(section.mid)
  const direction = section.direction ?? session.direction ?? 'sendrecv'
  const parameters = new Map(section.fmtp?.map(({ payload, config }) => [payload, config]))
  return {
    kind: section.type,
    protocol: section.protocol,
    mid,
    direction: directions.has(direction) ? (direction as Direction) : 'inactive',
    isBundled: mid !== undefined && bundled.has(mid),
    payloads: (section.rtp ?? []).map(({ payload, codec, rate, encoding }) => ({
      type: payload,
      codec: String(codec).toUpperCase(),
      clockRate: rate ?? 90_000,
      channels: encoding === undefined ? undefined : String(encoding),
      parameters: textParameters(parameters.get(payload))
    })),
    extensions: (section.ext ?? []).map(({ value, uri }) => ({ id: value, uri }))
  }
}

function textParameters(config: string | undefined): Record<string, string> {
  if (!config?.includes('=')) return {}
  const pairs = Object.entries(parseParams(config)).map(([name, value]) => [name.toLowerCase(), String(value)] as const)
  // Numbers lose their leading zeros on the way: of these hexadecimal digits none may be missing.
  const profile = /profile-level-id=([0-9a-f]{6})/i.exec(config)?.[1]
  return { ...Object.fromEntries(pairs), ...(profile !== undefined && { 'profile-level-id': profile.toLowerCase() }) }
}

function isVideo({ type }: MediaDescription): boolean {
  return type === 'video'
}

export function invalid(why: string, cause?: unknown): SightlineError {
  return new SightlineError('SL_OFFER_INVALID', `The session description is not usable: ${why}.`, { cause })
}
