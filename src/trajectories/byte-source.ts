/** Bytes that can be read anywhere: a file, or what is in memory. */
export interface ByteSource {
  readonly size: number
  /** As many bytes from `at` as there are, at most `length`; valid until the next call. */
  read(at: number, length: number): Uint8Array
}
