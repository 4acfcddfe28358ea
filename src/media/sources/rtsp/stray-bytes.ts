/** Begins binary data between messages (RFC 2326 §10.12). */
export const dollar = 0x24
/** What messages begin with: answers, and what a server may ask for (RFC 2326 §10, RFC 7826 §13). */
const firstWords = [
  'RTSP/',
  ...['ANNOUNCE ', 'DESCRIBE ', 'GET_PARAMETER ', 'OPTIONS ', 'PAUSE ', 'PLAY ', 'PLAY_NOTIFY '],
  ...['RECORD ', 'REDIRECT ', 'SETUP ', 'SET_PARAMETER ', 'TEARDOWN ']
].map(word => Buffer.from(word))
const initials = new Set(firstWords.map(word => word[0]))

export interface ItemStart {
  /** So many bytes before it are no part of anything. */
  readonly at: number
  /** False where it takes more bytes to tell. */
  readonly isSure: boolean
}

/**
 * Where the next item begins, as far as its first bytes tell. Some cameras send bytes between their packets that are neither a
 * packet nor a message. The answer is the same however a connection cuts the bytes.
 *
 * @param channel pictures come on it, and their reports on the next one
 * @param isInStep the byte before the first one was an item's last
 */
export function findItem(bytes: Buffer, channel: number, isInStep: boolean): ItemStart {
  for (let at = 0; at < bytes.length; at++) {
    const begins =
      bytes[at] === dollar ? beginsData(bytes, at, channel, isInStep && at === 0) : beginsMessage(bytes, at)
    if (begins !== false) return { at, isSure: begins === true }
  }
  return { at: bytes.length, isSure: false }
}

/**
 * Any byte may be a dollar: out of step, only data of our own that begins as RTP and RTCP do, with their version, is believed. In
 * step, what has one of the two is. Undefined: more bytes are needed.
 */
function beginsData(bytes: Buffer, at: number, channel: number, isInStep: boolean): boolean | undefined {
  const named = bytes[at + 1]
  if (named === undefined) return undefined
  const isOurs = named === channel || named === channel + 1
  if (isInStep && isOurs) return true
  if (!isInStep && !isOurs) return false
  const first = bytes[at + 4]
  return first === undefined ? undefined : first >> 6 === 2
}

function beginsMessage(bytes: Buffer, at: number): boolean | undefined {
  if (!initials.has(bytes[at])) return false
  for (const word of firstWords) {
    const end = Math.min(at + word.length, bytes.length)
    if (bytes.compare(word, 0, end - at, at, end) === 0) return end - at === word.length ? true : undefined
  }
  return false
}
