import type { IceCredentials } from './ice-agent.ts'
import { invalid } from './offer.ts'
import { mostCandidates, mostSdpBytes } from './webrtc-settings.ts'

/** Candidates that a peer found after its offer (RFC 8840 §9). */
export interface TrickleFragment {
  readonly ice: IceCredentials | undefined
  readonly candidates: readonly string[]
}

/** @throws SL_OFFER_INVALID for what is no fragment, or beyond all measure */
export function readFragment(text: string): TrickleFragment {
  if (Buffer.byteLength(text) > mostSdpBytes) throw invalid(`the fragment has more than ${mostSdpBytes} bytes`)
  const lines = text.split(/\r?\n/)
  const lineOf = (name: string) => lines.find(line => line.startsWith(name))?.slice(name.length)
  const [username, password] = [lineOf('a=ice-ufrag:'), lineOf('a=ice-pwd:')]
  const candidates = lines.filter(line => line.startsWith('a=candidate:')).map(line => line.slice(12))
  if (candidates.length > mostCandidates) throw invalid(`the fragment has more than ${mostCandidates} candidates`)
  if (!lines.some(line => /^[a-z]=/.test(line))) throw invalid('the fragment has no lines of a description')
  return { ice: username && password ? { username, password } : undefined, candidates }
}
