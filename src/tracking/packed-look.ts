/** Of a number from −1 to 1. */
const steps = 127

/**
 * What a track looks like, as it is kept: a byte for each number of its vector, in steps of a 127th of the greatest. The cosine
 * of two is as that of the vectors, to two digits. Undefined for a vector without a direction.
 */
export function packLook(vector: Float32Array): Uint8Array | undefined {
  let most = 0
  for (const value of vector) {
    if (!Number.isFinite(value)) return undefined
    most = Math.max(most, Math.abs(value))
  }
  if (most === 0) return undefined
  return new Uint8Array(Int8Array.from(vector, value => Math.round((value / most) * steps)).buffer)
}

/** The vector of length 1 that was packed; undefined for bytes that `packLook` did not make. */
export function unpackLook(bytes: Uint8Array): Float32Array | undefined {
  const vector = Float32Array.from(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  return normalise(vector) ? vector : undefined
}

/** Brings a vector to length 1, in its place. False for one without a direction. */
export function normalise(vector: Float32Array): boolean {
  const length = Math.sqrt(dot(vector, vector))
  if (!(length > 0 && length < Number.POSITIVE_INFINITY)) return false
  for (let i = 0; i < vector.length; i++) vector[i]! /= length
  return true
}

/** Of two vectors of one length. */
export function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0
  for (let i = 0; i < one.length; i++) sum += one[i]! * other[i]!
  return sum
}
