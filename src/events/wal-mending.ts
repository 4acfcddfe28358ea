import { existsSync, readFileSync } from 'node:fs'

// SQLite's write-ahead log: a header, then frames of one page each, each with a checksum over all before it. SQLite
// stops at the first that does not fit and takes the rest for what a power cut left behind. Where a later frame of the
// same generation follows it, the rest was written: then something broke the one, and the chain can be joined again.
// https://www.sqlite.org/fileformat2.html#walformat

const headerBytes = 32
const frameHeaderBytes = 24
const bigEndianMagic = 0x377f0683

/**
 * A write-ahead log whose chain is whole again, broken frames and all; undefined where nothing lies beyond a break.
 * What a frame says is then only as good as the checksums of its rows.
 */
export function mendWal(path: string): Buffer | undefined {
  if (!existsSync(path)) return undefined
  const wal = readFileSync(path)
  if (wal.length < headerBytes + frameHeaderBytes) return undefined
  const pageBytes = wal.readUInt32BE(8)
  if (pageBytes < 512 || pageBytes > 65_536) return undefined
  // The header itself may be what broke: its frames know their generation as well.
  const salts = wal.subarray(headerBytes + 8, headerBytes + 16)
  const bigEndian = wal.readUInt32BE(0) === bigEndianMagic
  let chain = checksum(wal, 0, 24, [0, 0], bigEndian)
  let broken = !salts.equals(wal.subarray(16, 24)) || !matches(wal, 24, chain)
  if (broken) {
    salts.copy(wal, 16)
    chain = checksum(wal, 0, 24, [0, 0], bigEndian)
    store(wal, 24, chain)
  }
  let worthwhile = false
  let end = headerBytes
  for (let at = headerBytes; at + frameHeaderBytes + pageBytes <= wal.length; at += frameHeaderBytes + pageBytes) {
    if (!salts.equals(wal.subarray(at + 8, at + 16))) {
      // The generation before begins here, or this frame's own mark is what broke.
      if (!followed(wal, at + frameHeaderBytes + pageBytes, salts)) break
      salts.copy(wal, at + 8)
    }
    chain = checksum(wal, at, 8, chain, bigEndian)
    chain = checksum(wal, at + frameHeaderBytes, pageBytes, chain, bigEndian)
    if (broken || !matches(wal, at + 16, chain)) {
      const wasBroken = broken
      broken = true
      store(wal, at + 16, chain)
      worthwhile ||= wasBroken && wal.readUInt32BE(at + 4) > 0
    }
    end = at + frameHeaderBytes + pageBytes
  }
  return worthwhile ? wal.subarray(0, end) : undefined
}

function followed(wal: Buffer, at: number, salts: Buffer): boolean {
  return at + frameHeaderBytes <= wal.length && salts.equals(wal.subarray(at + 8, at + 16))
}

type Chain = readonly [number, number]

/** Fibonacci-weighted sums over 32-bit words in the byte order that the log's magic number names. */
function checksum(wal: Buffer, from: number, length: number, [first, second]: Chain, bigEndian: boolean): Chain {
  let a = first
  let b = second
  for (let at = from; at < from + length; at += 8) {
    a = (a + (bigEndian ? wal.readUInt32BE(at) : wal.readUInt32LE(at)) + b) >>> 0
    b = (b + (bigEndian ? wal.readUInt32BE(at + 4) : wal.readUInt32LE(at + 4)) + a) >>> 0
  }
  return [a, b]
}

function matches(wal: Buffer, at: number, [first, second]: Chain): boolean {
  return wal.readUInt32BE(at) === first && wal.readUInt32BE(at + 4) === second
}

function store(wal: Buffer, at: number, [first, second]: Chain): void {
  wal.writeUInt32BE(first, at)
  wal.writeUInt32BE(second, at + 4)
}
