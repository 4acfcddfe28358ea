import { damaged } from './format.ts'

/** Reads what `ByteWriter` wrote. Every method throws SL_TRAJECTORY_DAMAGED where the bytes end or make no number. */
export class ByteReader {
  readonly bytes: Uint8Array
  at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes
    this.at = at
  }

  varint(): number {
    let value = 0
    for (let unit = 1; unit < 2 ** 50; unit *= 128) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) throw damaged('ends within a number')
      value += (byte & 127) * unit
      if (byte < 128) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
    }
    throw damaged('has a number that is too large')
  }

  /** A count or index that is at most `most`. */
  count(most: number): number {
    const value = this.varint()
    if (value > most) throw damaged(`counts ${value} where ${most} is the most`)
    return value
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** Makes sure that all was read. */
  end(): void {
    if (this.at !== this.bytes.length) throw damaged(`has ${this.bytes.length - this.at} bytes too many`)
  }
}
