import { SightlineError } from '../../../core/errors.ts'
import { dollar, findItem } from './stray-bytes.ts'

/** A message of RFC 2326 or 7826. Header names are in lower case; a name that comes twice keeps both, by `, `. */
export interface RtspMessage {
  readonly kind: 'message'
  readonly startLine: string
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** Binary data between the messages (RFC 2326 §10.12). */
export interface InterleavedData {
  readonly kind: 'data'
  readonly channel: number
  readonly payload: Buffer
}

const mostHeaderBytes = 16 << 10
/** Descriptions are a few hundred bytes. */
const mostBodyBytes = 256 << 10
/** As much as the longest packet. Raise it to stay longer with a camera that has lost its thread. */
const mostStrayBytes = 64 << 10
const blankLine = Buffer.from('\r\n\r\n')

/**
 * Cuts a connection's bytes into messages and interleaved data. Throws SL_INPUT_DAMAGED for what is neither; once packets come on
 * `channel`, only where there is much of it.
 */
export class RtspParser {
  /** Of the pictures, where they come on this connection; their reports have the next one. */
  channel: number | undefined
  #isPlaying = false
  /** Bytes since the last item that belong to none. */
  #strayBytes = 0
  /** The beginning of an item. */
  #held: Buffer[] = []
  #heldBytes = 0
  /** Length of the item as far as it is known: before so many bytes are there, nothing can be found. */
  #wanted = 0;

  *take(chunk: Buffer): Generator<RtspMessage | InterleavedData> {
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    if (this.#heldBytes < this.#wanted) return
    let bytes = this.#held.length === 1 ? chunk : Buffer.concat(this.#held)
    this.#held = []
    this.#wanted = 0
    while (bytes.length > 0) {
      if (this.channel !== undefined && this.#isPlaying) {
        const { at, isSure } = findItem(bytes, this.channel, this.#strayBytes === 0)
        this.#pass(at)
        bytes = bytes.subarray(at)
        if (!isSure) break
      }
      const found = bytes[0] === dollar ? readData(bytes) : readMessage(bytes)
      this.#wanted = found.item ? 0 : found.length
      if (!found.item) break
      this.#strayBytes = 0
      this.#isPlaying ||= found.item.kind === 'data' && found.item.channel === this.channel
      yield found.item
      bytes = bytes.subarray(found.length)
    }
    this.#heldBytes = bytes.length
    // A copy, so that a few bytes do not keep a socket's whole chunk.
    if (bytes.length > 0) this.#held.push(Buffer.from(bytes))
  }

  #pass(bytes: number): void {
    this.#strayBytes += bytes
    if (this.#strayBytes > mostStrayBytes)
      throw damaged(`more than ${mostStrayBytes} bytes in a row are neither a packet nor a message`)
  }
}

/** An item at the beginning of some bytes, or how many are needed to find one. */
type Found = { readonly item?: RtspMessage | InterleavedData; readonly length: number }

function readData(bytes: Buffer): Found {
  if (bytes.length < 4) return { length: 4 }
  const length = 4 + bytes.readUInt16BE(2)
  if (bytes.length < length) return { length }
  const item: InterleavedData = { kind: 'data', channel: bytes[1]!, payload: bytes.subarray(4, length) }
  return { item, length }
}

function readMessage(bytes: Buffer): Found {
  // Some cameras put empty lines between messages.
  let start = 0
  while (bytes[start] === 0x0d || bytes[start] === 0x0a) start++
  const end = bytes.indexOf(blankLine, start)
  if (end < 0) {
    if (bytes.length > mostHeaderBytes) throw damaged(`a message has more than ${mostHeaderBytes} bytes of headers`)
    return { length: bytes.length + 1 }
  }
  if (end - start > mostHeaderBytes) throw damaged(`a message has more than ${mostHeaderBytes} bytes of headers`)
  const [startLine = '', ...lines] = bytes.toString('latin1', start, end).split(/\r\n|\r|\n/)
  if (!/^RTSP\/\d|^[A-Z_]+ \S+ RTSP\/\d/.test(startLine)) throw damaged('what it sends is not RTSP')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  const bodyBytes = Number(headers.get('content-length') ?? 0)
  if (!Number.isInteger(bodyBytes) || bodyBytes < 0 || bodyBytes > mostBodyBytes)
    throw damaged(
      `a message claims a body of ${headers.get('content-length')} bytes; at most ${mostBodyBytes} are read`
    )
  const length = end + blankLine.length + bodyBytes
  if (bytes.length < length) return { length }
  const body = Buffer.from(bytes.subarray(length - bodyBytes, length))
  const item: RtspMessage = { kind: 'message', startLine, headers, body }
  return { item, length }
}

function damaged(what: string): SightlineError {
  return new SightlineError('SL_INPUT_DAMAGED', what, { retryable: true })
}
