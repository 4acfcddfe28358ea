// The tables are those of ISO/IEC 10918-1 (ITU-T T.81), annex K.

const luminance = [
  [16, 11, 10, 16, 24, 40, 51, 61],
  [12, 12, 14, 19, 26, 58, 60, 55],
  [14, 13, 16, 24, 40, 57, 69, 56],
  [14, 17, 22, 29, 51, 87, 80, 62],
  [18, 22, 37, 56, 68, 109, 103, 77],
  [24, 35, 55, 64, 81, 104, 113, 92],
  [49, 64, 78, 87, 103, 121, 120, 101],
  [72, 92, 95, 98, 112, 100, 103, 99]
].flat()
const chrominance = [
  [17, 18, 24, 47, 99, 99, 99, 99],
  [18, 21, 26, 66, 99, 99, 99, 99],
  [24, 26, 56, 99, 99, 99, 99, 99],
  [47, 66, 99, 99, 99, 99, 99, 99],
  ...Array.from({ length: 4 }, () => new Array<number>(8).fill(99))
].flat()
/** Place in a table of rows for each place in the file's zigzag. */
const zigzag = zigzagOrder()

const luminanceDc = huffman(0x00, '00010501010101010100000000000000', '000102030405060708090a0b')
const chrominanceDc = huffman(0x01, '00030101010101010101010000000000', '000102030405060708090a0b')
const luminanceAc = huffman(
  0x10,
  '0002010303020403050504040000017d',
  '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435' +
    '363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798' +
    '999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4' +
    'f5f6f7f8f9fa'
)
const chrominanceAc = huffman(
  0x11,
  '00020102040403040705040400010277',
  '000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a' +
    '35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a9293949596' +
    '9798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4' +
    'f5f6f7f8f9fa'
)

export interface JpegFacts {
  readonly width: number
  readonly height: number
  /** RFC 2435 §4.1: 0 has half the colour rows' width (4:2:2), 1 half their height too (4:2:0). */
  readonly type: number
  /** Two quantisation tables of 64 bytes, in zigzag order. */
  readonly tables: Buffer
  /** Blocks between restart markers; 0 where there are none. */
  readonly restartInterval: number
}

/** Everything of a JPEG file before its scan's data (RFC 2435, appendix B says what must be in it). */
export function jpegHead({ width, height, type, tables, restartInterval }: JpegFacts): Buffer {
  const frame = Buffer.alloc(15)
  frame[0] = 8
  frame.writeUInt16BE(height, 1)
  frame.writeUInt16BE(width, 3)
  frame.set([3, 1, type === 0 ? 0x21 : 0x22, 0, 2, 0x11, 1, 3, 0x11, 1], 5)
  const restart = Buffer.alloc(2)
  restart.writeUInt16BE(restartInterval)
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xdb, Buffer.concat([Buffer.of(0), tables.subarray(0, 64), Buffer.of(1), tables.subarray(64, 128)])),
    ...(restartInterval > 0 ? [segment(0xdd, restart)] : []),
    segment(0xc0, frame),
    ...[luminanceDc, luminanceAc, chrominanceDc, chrominanceAc].map(table => segment(0xc4, table)),
    segment(0xda, Buffer.from([3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]))
  ])
}

/** RFC 2435 §4.2: the tables that a quality from 1 to 99 stands for. */
export function standardTables(quality: number): Buffer {
  const bounded = Math.min(Math.max(quality, 1), 99)
  const percent = bounded < 50 ? Math.floor(5000 / bounded) : 200 - bounded * 2
  const scaled = [luminance, chrominance].flatMap(table =>
    zigzag.map(place => Math.min(Math.max(Math.floor((table[place]! * percent + 50) / 100), 1), 255))
  )
  return Buffer.from(scaled)
}

function segment(marker: number, body: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}

/** Class and place of a code, how many codes have 1 to 16 bits, and what they stand for. */
function huffman(place: number, lengths: string, symbols: string): Buffer {
  return Buffer.from(`${place.toString(16).padStart(2, '0')}${lengths}${symbols}`, 'hex')
}

function zigzagOrder(): number[] {
  const places = Array.from({ length: 64 }, (_, place) => ({ row: Math.floor(place / 8), column: place % 8 }))
  const ordered = places.toSorted((a, b) => {
    const diagonal = a.row + a.column
    if (diagonal !== b.row + b.column) return diagonal - (b.row + b.column)
    return diagonal % 2 === 0 ? b.row - a.row : a.row - b.row
  })
  return ordered.map(({ row, column }) => row * 8 + column)
}
