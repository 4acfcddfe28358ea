import { parseSourceAddress, type SourceAddress } from '../source-address.ts'

export type RtspAddress = SourceAddress

const rules = { schemes: { 'rtsp:': { port: 554, tls: false }, 'rtsps:': { port: 322, tls: true } }, what: 'a camera' }

/** Reads an `rtsp://` or `rtsps://` address. Throws SL_OPTION_INVALID; the password is in no message. */
export function parseRtspAddress(text: string): RtspAddress {
  return parseSourceAddress(text, rules)
}
