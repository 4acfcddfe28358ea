interface NumberType {
  readonly bytes: number
  readonly read: (aligned: ArrayBuffer) => ArrayLike<number | bigint>
}

/** What numbers look like as bytes, by KServe's names of datatypes. Little-endian, as every machine that Node runs on. */
const types: Readonly<Record<string, NumberType>> = {
  FP16: { bytes: 2, read: buffer => new Float16Array(buffer) },
  FP32: { bytes: 4, read: buffer => new Float32Array(buffer) },
  FP64: { bytes: 8, read: buffer => new Float64Array(buffer) },
  INT8: { bytes: 1, read: buffer => new Int8Array(buffer) },
  INT16: { bytes: 2, read: buffer => new Int16Array(buffer) },
  INT32: { bytes: 4, read: buffer => new Int32Array(buffer) },
  INT64: { bytes: 8, read: buffer => new BigInt64Array(buffer) },
  UINT8: { bytes: 1, read: buffer => new Uint8Array(buffer) },
  UINT16: { bytes: 2, read: buffer => new Uint16Array(buffer) },
  UINT32: { bytes: 4, read: buffer => new Uint32Array(buffer) },
  UINT64: { bytes: 8, read: buffer => new BigUint64Array(buffer) }
}

/** Of one number; undefined where it is no number at all, as with `BYTES`. */
export function bytesOfType(datatype: string): number | undefined {
  return Object.hasOwn(types, datatype) ? types[datatype]!.bytes : undefined
}

/** The numbers that such bytes are, or undefined where they are none. */
export function numbersOf(datatype: string, bytes: Uint8Array): Float32Array | undefined {
  const each = bytesOfType(datatype)
  if (each === undefined || bytes.byteLength % each !== 0) return undefined
  // Typed arrays want their numbers at even addresses, and an answer's begin anywhere.
  const aligned = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const numbers = types[datatype]!.read(aligned)
  return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers, Number)
}
