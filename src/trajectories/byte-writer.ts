/** Bytes that grow. Varints are LEB128: seven bits a byte, the lowest first. */
export class ByteWriter {
  /** Valid up to `length`; replaced when it grows. */
  bytes: Uint8Array
  length = 0

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity)
  }

  clear(): void {
    this.length = 0
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const longer = new Uint8Array(Math.max(this.length + count, this.bytes.length * 2))
    longer.set(this.bytes.subarray(0, this.length))
    this.bytes = longer
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** A whole number from 0 to 2⁵³ − 1. */
  varint(value: number): void {
    this.reserve(8)
    let rest = value
    while (rest > 127) {
      this.bytes[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.bytes[this.length++] = rest
  }

  /** A whole number between ±2⁵²: the sign goes into the lowest bit. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value)
  }

  /** The part of `bytes` that is written; valid until the next change. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
}
