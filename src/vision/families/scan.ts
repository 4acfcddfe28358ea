import { type ScanFunctions, scanModule } from './scan-module.ts'

/** Node has it; its types are the browser's. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown }
}

/** More rows than this are looked through one number at a time. */
const mostHits = 65_536
/** Numbers that are looked through together. */
const blockLength = 128

interface Scanner {
  readonly scan: ScanFunctions
  readonly hits: Int32Array
}

/** Of memory that `scannable` gave. */
const scanners = new WeakMap<ArrayBufferLike, Scanner>()
let plainHits = new Int32Array(1024)

/**
 * Arrays of such lengths in memory that `rowsAtLeast` goes through several times as fast: a session's outputs are written
 * there. Ordinary arrays where WebAssembly cannot have its memory.
 */
export function scannable(lengths: readonly number[]): Float32Array[] {
  const hitBytes = mostHits * Int32Array.BYTES_PER_ELEMENT
  const bytes = lengths.reduce((sum, length) => sum + length * Float32Array.BYTES_PER_ELEMENT, hitBytes)
  try {
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65_536) })
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(scanModule), { m: { m: memory } })
    scanners.set(memory.buffer, {
      scan: exports as ScanFunctions,
      hits: new Int32Array(memory.buffer, 0, mostHits)
    })
    let at = hitBytes
    return lengths.map(length => {
      const array = new Float32Array(memory.buffer, at, length)
      at += array.byteLength
      return array
    })
  } catch {
    return lengths.map(length => new Float32Array(length))
  }
}

/**
 * Which of `rows` rows have a number that is not below `least`, NaN included, in order. Nearly all of a model's numbers are
 * passed over here. `least` is taken as float32, so that who minds the last bit looks again. The next call overwrites the
 * result.
 * @param from where the first row begins
 * @param step from the beginning of a row to that of the next
 * @param width how many numbers of each row count
 */
export function rowsAtLeast(
  data: Float32Array,
  from: number,
  rows: number,
  step: number,
  width: number,
  least: number
): Int32Array {
  const scanner = rows > mostHits ? undefined : scanners.get(data.buffer)
  if (!scanner) return plainRowsAtLeast(data, from, rows, step, width, least)
  const { scan, hits } = scanner
  const at = data.byteOffset + from * 4
  const stop =
    width === 1 ? scan.column(at, rows, step * 4, 4, least, 0) : scan.rows(at, rows, step * 4, width * 4, least, 0)
  return hits.subarray(0, stop / 4)
}

function plainRowsAtLeast(...[data, from, rows, step, width, least]: Parameters<typeof rowsAtLeast>): Int32Array {
  if (plainHits.length < rows) plainHits = new Int32Array(rows)
  let count = 0
  for (let row = 0, at = from; row < rows; row++, at += step) {
    let place = at
    while (place < at + width && data[place]! < least) place++
    if (place < at + width) plainHits[count++] = row
  }
  return plainHits.subarray(0, count)
}

let places = new Int32Array(1024)

/**
 * The places of all numbers from `from` to `end` that are not below `least`, NaN included, in order. The next call overwrites
 * the result.
 */
export function placesAtLeast(data: Float32Array, from: number, end: number, least: number): Int32Array {
  const blocks = Math.floor((end - from) / blockLength)
  const hits = candidateBlocks(data, from, blocks, least)
  const rest = from + blocks * blockLength
  if (places.length < (hits.length + 1) * blockLength) places = new Int32Array((hits.length + 1) * blockLength)
  let count = 0
  for (let n = 0; n <= hits.length; n++) {
    const begin = n < hits.length ? from + hits[n]! * blockLength : rest
    const stop = n < hits.length ? begin + blockLength : end
    for (let at = begin; at < stop; at++) if (!(data[at]! < least)) places[count++] = at
  }
  return places.subarray(0, count)
}

/** Blocks that have such a number, and perhaps some that do not. */
function candidateBlocks(data: Float32Array, from: number, blocks: number, least: number): Int32Array {
  const scanner = least > 0 && blocks <= mostHits ? scanners.get(data.buffer) : undefined
  if (!scanner) return rowsAtLeast(data, from, blocks, blockLength, blockLength, least)
  const { scan, hits } = scanner
  const bytes = blockLength * 4
  return hits.subarray(0, scan.candidates(data.byteOffset + from * 4, blocks, bytes, bytes, least, 0) / 4)
}

/** The place of the largest of the numbers from `from` to `end`, `step` apart; of the first NaN, where there is one. */
export function largestAt(data: Float32Array, from: number, end: number, step = 1): number {
  let best = from
  for (let at = from; at < end; at += step) {
    const value = data[at]!
    if (Number.isNaN(value)) return at
    if (value > data[best]!) best = at
  }
  return best
}
