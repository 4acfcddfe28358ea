import { deepStrictEqual, match, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { crc32 as zlibCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { SightlineError } from '../../src/core/errors.ts'
import { blockHead } from '../../src/trajectories/blocks.ts'
import { ByteWriter } from '../../src/trajectories/byte-writer.ts'
import { crc32 } from '../../src/trajectories/crc32.ts'
import { blockHeadBytes, indexBlock, partBlock, partFactsBytes } from '../../src/trajectories/format.ts'
import { decoded, encoded, frameOf, plain, readerOf } from './stored.ts'

/** Three parts of a minute each, one frame in ten seconds. */
const frames = Array.from({ length: 18 }, (_, at) =>
  frameOf(at * 250, [{ id: 1 + (at % 2), box: [at / 32, 0.25, 0.125, 0.5] }], { ended: at === 9 ? [7] : [] })
)
const file = encoded(frames)
const parts = readerOf(file).parts

/** The error's code and message, or what was read. */
function reading(bytes: Uint8Array) {
  try {
    return { read: decoded(bytes), isCut: readerOf(bytes).isCut }
  } catch (error) {
    ok(error instanceof SightlineError, String(error))
    return { code: error.code, message: error.message }
  }
}

function changed(at: number, ...values: number[]): Uint8Array {
  const bytes = Uint8Array.from(file)
  bytes.set(values, at)
  return bytes
}

test('the checksum is zlib’s CRC-32', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), bytes => strictEqual(crc32(bytes), zlibCrc32(bytes))))
  strictEqual(crc32(file, 8, 100, crc32(file, 0, 8)), zlibCrc32(file.subarray(0, 100)))
})

test('R7 a file cut anywhere gives its whole parts and says that it is cut', () => {
  const begin = parts[0]!.at
  for (let length = begin; length < file.length; length++) {
    const whole = parts.filter(({ at, bytes }) => at + bytes <= length).length
    deepStrictEqual(reading(file.subarray(0, length)), { read: frames.slice(0, whole * 6).map(plain), isCut: true })
  }
})

test('R8 a file cut in its head is refused', () => {
  for (let length = 0; length < parts[0]!.at; length++) {
    const { code } = reading(file.subarray(0, length))
    strictEqual(code, length < 8 ? 'SL_TRAJECTORY_INVALID' : 'SL_TRAJECTORY_DAMAGED')
  }
})

test('R7 a writer that died leaves its whole parts, also before zeros', () => {
  const bytes = encoded(frames.slice(0, 12), { finish: false })
  const expected = { read: frames.slice(0, 12).map(plain), isCut: true }
  deepStrictEqual(reading(bytes), expected)
  deepStrictEqual(reading(Buffer.concat([bytes, new Uint8Array(4096)])), expected)
  const halfPart = file.subarray(parts[2]!.at, parts[2]!.at + 40)
  const zeroed = Buffer.concat([file.subarray(0, parts[2]!.at), halfPart, new Uint8Array(4096)])
  deepStrictEqual(reading(zeroed), { read: frames.slice(0, 12).map(plain), isCut: true })
})

test('R8 a flipped bit is found, wherever it is', () => {
  for (let at = 0; at < file.length; at++) {
    for (let bit = 0; bit < 8; bit++) {
      const { code = 'read' } = reading(changed(at, file[at]! ^ (1 << bit)))
      match(code, /^SL_TRAJECTORY_(INVALID|VERSION|DAMAGED)$/, `bit ${bit} of byte ${at}`)
    }
  }
})

test('R8 noise of any kind is refused or read as cut, never believed', () => {
  const edits = fc.array(fc.tuple(fc.nat(file.length - 1), fc.nat(255)), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(edits, fc.nat(file.length), (edits, length) => {
      const bytes = Uint8Array.from(file).subarray(0, length)
      for (const [at, value] of edits) if (at < length) bytes[at] = value
      const { read = [], code } = reading(bytes)
      if (code === undefined) deepStrictEqual(read, frames.slice(0, read.length).map(plain))
    })
  )
})

test('R8 a damaged part is told by its time, and the others can be read without it', () => {
  const bytes = changed(parts[1]!.at + 40, 255)
  const { code, message = '' } = reading(bytes)
  strictEqual(code, 'SL_TRAJECTORY_DAMAGED')
  match(message, /a\.sltr: the part from 60\.000 s to 110\.000 s .*checksum.*--to before it or --from after it/)
  deepStrictEqual(decoded(bytes, { toMs: 60_000 }), frames.slice(0, 6).map(plain))
  deepStrictEqual(decoded(bytes, { fromMs: 120_000 }), frames.slice(12).map(plain))
})

test('a file of a newer version is named as such', () => {
  const { code, message = '' } = reading(changed(6, 2))
  strictEqual(code, 'SL_TRAJECTORY_VERSION')
  match(message, /version 2 .*reads up to 1/)
})

for (const [what, bytes] of [
  ['text', new TextEncoder().encode('frame,id,left,top\n1,1,0,0\n')],
  ['nothing', new Uint8Array(0)]
] as const) {
  test(`${what} is no trajectory file`, () => strictEqual(reading(bytes).code, 'SL_TRAJECTORY_INVALID'))
}

/** A whole file with one part whose payload is as given, checksums right. */
function crafted(payload: Uint8Array): Uint8Array {
  const index = new ByteWriter()
  const fields = new DataView(new ArrayBuffer(12))
  fields.setUint32(0, payload.length, true)
  index.append(new Uint8Array(fields.buffer, 0, 4))
  index.append(payload.subarray(0, partFactsBytes))
  fields.setUint32(4, blockHeadBytes + index.length + 8, true)
  fields.setUint32(8, 0x534c5452, true)
  index.append(new Uint8Array(fields.buffer, 4, 8))
  const head = file.subarray(0, parts[0]!.at)
  return Buffer.concat([
    head,
    blockHead(partBlock, payload),
    payload,
    blockHead(indexBlock, index.written()),
    index.written()
  ])
}

const payload = file.subarray(parts[0]!.at + blockHeadBytes, parts[0]!.at + parts[0]!.bytes)

test('what these tests craft is a file', () => {
  deepStrictEqual(reading(crafted(payload)), { read: frames.slice(0, 6).map(plain), isCut: false })
})

for (const [what, place, value] of [
  ['4 billion points', 20, 0xffffffff],
  ['4 billion frames', 16, 0xffffffff],
  ['one point more', 20, parts[0]!.points + 1],
  ['one frame fewer', 16, parts[0]!.frames - 1],
  ['no frames', 16, 0]
] as const) {
  test(`R9 a part that claims ${what}, with its checksum right, is refused before room is made`, () => {
    const forged = Uint8Array.from(payload)
    new DataView(forged.buffer).setUint32(place, value, true)
    strictEqual(reading(crafted(forged)).code, 'SL_TRAJECTORY_DAMAGED')
  })
}

test('R9 any bytes with a right checksum are refused or read, and never hang', () => {
  const edits = fc.array(fc.tuple(fc.integer({ min: partFactsBytes, max: payload.length - 1 }), fc.nat(255)), {
    minLength: 1,
    maxLength: 6
  })
  fc.assert(
    fc.property(edits, fc.uint8Array({ maxLength: 8 }), (edits, rest) => {
      const forged = Uint8Array.from([...payload, ...rest])
      for (const [at, value] of edits) forged[at] = value
      const { read, code } = reading(crafted(forged))
      ok(read !== undefined || code === 'SL_TRAJECTORY_DAMAGED', code)
    }),
    { numRuns: 500 }
  )
})

test('R9 a part longer than any is refused by its length alone', () => {
  const bytes = Uint8Array.from(file.subarray(0, parts[0]!.at + 40))
  new DataView(bytes.buffer).setUint32(parts[0]!.at + 4, 0x7fffffff, true)
  strictEqual(reading(bytes).code, 'SL_TRAJECTORY_DAMAGED')
})
