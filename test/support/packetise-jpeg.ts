import type { Payload } from './packetise.ts'

interface JpegParts {
  readonly width: number
  readonly height: number
  /** RFC 2435: 0 for 4:2:2, 1 for 4:2:0. */
  readonly type: number
  /** Quantisation tables, 64 bytes each. */
  readonly tables: Buffer
  readonly scan: Buffer
}

/** Packetises a baseline JPEG file with the standard Huffman tables, as a camera would (RFC 2435): the headers stay behind. */
export function packetiseJpeg(file: Buffer, { most = 1200, quality = 255, sendTables = true } = {}): Payload[] {
  const { width, height, type, tables, scan } = partsOf(file)
  const payloads: Payload[] = []
  for (let at = 0; at < scan.length; at += most) {
    const head = Buffer.from([0, at >> 16, (at >> 8) & 255, at & 255, type, quality, width / 8, height / 8])
    const sent = sendTables ? tables : Buffer.alloc(0)
    const quantisation =
      at === 0 && quality >= 128 ? Buffer.concat([Buffer.from([0, 0, 0, sent.length]), sent]) : Buffer.alloc(0)
    payloads.push({
      payload: Buffer.concat([head, quantisation, scan.subarray(at, at + most)]),
      marker: at + most >= scan.length
    })
  }
  return payloads
}

function partsOf(file: Buffer): JpegParts {
  const tables: Buffer[] = []
  let frame = Buffer.alloc(0)
  for (let at = 2; ; ) {
    const marker = file[at + 1]!
    const length = file.readUInt16BE(at + 2)
    const body = file.subarray(at + 4, at + 2 + length)
    at += 2 + length
    if (marker === 0xdb)
      for (let table = 0; table < body.length; table += 65) tables.push(body.subarray(table + 1, table + 65))
    if (marker === 0xc0) frame = Buffer.from(body)
    if (marker === 0xda) {
      const type = frame[7] === 0x21 ? 0 : 1
      const both = tables.length === 1 ? [tables[0]!, tables[0]!] : tables
      const size = { width: frame.readUInt16BE(3), height: frame.readUInt16BE(1) }
      return {
        ...size,
        type,
        tables: Buffer.concat(both),
        scan: file.subarray(at, file.lastIndexOf('ffd9', undefined, 'hex'))
      }
    }
  }
}
