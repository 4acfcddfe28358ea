import { SightlineError } from '../../../core/errors.ts'

export interface Part {
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

const mostHeaderBytes = 16 << 10
const mostBodyBytes = 32 << 20
const blankLine = Buffer.from('\r\n\r\n')

/**
 * Cuts `multipart/x-mixed-replace` into its parts (RFC 2046 §5.1, as cameras speak it: boundaries with their dashes given
 * or not, lengths said or not). A part whose length is said is given out when it is there, without waiting for the next.
 */
export class MultipartParser {
  readonly #boundary: Buffer
  #held: Buffer[] = []
  #heldBytes = 0
  #wanted = 0

  constructor(boundary: string) {
    this.#boundary = Buffer.from(`--${boundary.replace(/^--/, '')}`)
  }

  /** @throws SL_INPUT_DAMAGED */
  *take(chunk: Buffer): Generator<Part> {
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    if (this.#heldBytes < this.#wanted) return
    let bytes = this.#held.length === 1 ? chunk : Buffer.concat(this.#held)
    for (;;) {
      const found = this.#read(bytes)
      this.#wanted = found.part ? 0 : found.length
      if (!found.part) break
      yield found.part
      bytes = bytes.subarray(found.length)
    }
    this.#held = [Buffer.from(bytes)]
    this.#heldBytes = bytes.length
  }

  /** A part at the beginning of some bytes, or how many are needed to find one. */
  #read(bytes: Buffer): { readonly part?: Part; readonly length: number } {
    const start = bytes.indexOf(this.#boundary)
    const end = start < 0 ? -1 : bytes.indexOf(blankLine, start)
    if (end < 0 || start > mostHeaderBytes) {
      if (bytes.length > mostHeaderBytes) throw damaged('parts without heads')
      return { length: bytes.length + 1 }
    }
    const headers = headersOf(bytes.toString('latin1', start + this.#boundary.length, end))
    const body = end + blankLine.length
    const said = headers.get('content-length')
    if (said !== undefined) {
      const length = body + Number(said)
      if (!/^\d+$/.test(said) || Number(said) > mostBodyBytes) throw damaged(`a part of ${said} bytes`)
      if (bytes.length < length) return { length }
      return { part: { headers, body: Buffer.from(bytes.subarray(body, length)) }, length }
    }
    const next = bytes.indexOf(this.#boundary, body)
    if (next < 0) {
      if (bytes.length - body > mostBodyBytes) throw damaged('a part without an end')
      // Looked for again when there is a quarter more: not for each packet.
      return { length: Math.ceil(bytes.length * 1.25) + 1 }
    }
    const isLineBefore = bytes[next - 2] === 0x0d && bytes[next - 1] === 0x0a
    return { part: { headers, body: Buffer.from(bytes.subarray(body, next - (isLineBefore ? 2 : 0))) }, length: next }
  }
}

function headersOf(text: string): Map<string, string> {
  const pairs = text.split(/\r?\n/).flatMap(line => {
    const colon = line.indexOf(':')
    return colon > 0 ? [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const] : []
  })
  return new Map(pairs)
}

function damaged(what: string): SightlineError {
  return new SightlineError('SL_INPUT_DAMAGED', `it sends ${what}`, { retryable: true })
}
