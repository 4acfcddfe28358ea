import { nalUnits } from './nal-units.ts'
import type { SourceCodec } from './sources/source.ts'

/** How a codec's units become samples of a container, and what of them stands in its header instead. */
export interface SampleForm {
  readonly container: 'mp4' | 'webm'
  /** By which players know it, where FFmpeg's own choice is not understood everywhere. */
  readonly tag?: string
  /** Parameter sets of a unit, in the form that FFmpeg takes as extradata; empty where it has none. */
  headerOf(unit: Buffer): Buffer
  /** What remains, in pieces that follow each other; none where there is no picture in it. */
  piecesOf(unit: Buffer): readonly Buffer[]
}

const startCode = Buffer.from([0, 0, 0, 1])
const nothing = Buffer.alloc(0)

interface NalTypes {
  of(byte: number): number
  isPicture(type: number): boolean
  /** Belong into the header. */
  readonly sets: readonly number[]
  /** Mark where a picture begins, which a container does by itself. */
  readonly delimiter: number
}

function nalForm({ of: typeOf, isPicture, sets, delimiter }: NalTypes): Omit<SampleForm, 'tag'> {
  return {
    container: 'mp4',
    headerOf: unit =>
      Buffer.concat(nalUnits(unit).flatMap(nal => (sets.includes(typeOf(nal[0]!)) ? [startCode, nal] : []))),
    piecesOf(unit) {
      const pieces: Buffer[] = []
      let hasPicture = false
      for (const nal of nalUnits(unit)) {
        const type = typeOf(nal[0]!)
        if (type === delimiter || sets.includes(type)) continue
        if (isPicture(type)) hasPicture = true
        const length = Buffer.allocUnsafe(4)
        length.writeUInt32BE(nal.length)
        pieces.push(length, nal)
      }
      return hasPicture ? pieces : []
    }
  }
}

/** Types of NAL units and OBUs: ITU-T H.264, table 7-1; ITU-T H.265, table 7-1; AV1, section 6.2.2. */
const h264 = nalForm({ of: byte => byte & 31, isPicture: type => type >= 1 && type <= 5, sets: [7, 8], delimiter: 9 })
const hevc = nalForm({
  of: byte => (byte >> 1) & 63,
  isPicture: type => type <= 31,
  sets: [32, 33, 34],
  delimiter: 35
})
const sequenceHeader = 1
const temporalDelimiter = 2

const av1: SampleForm = {
  container: 'mp4',
  headerOf: unit => obusOf(unit).find(obu => obuType(obu) === sequenceHeader) ?? nothing,
  piecesOf: unit => obusOf(unit).filter(obu => obuType(obu) !== temporalDelimiter)
}

const asIs: SampleForm = {
  container: 'webm',
  headerOf: () => nothing,
  piecesOf: unit => (unit.length > 0 ? [unit] : [])
}

/** Undefined for what has no form that browsers take. */
export function sampleFormOf(codec: SourceCodec): SampleForm | undefined {
  return forms[codec]
}

const forms: Partial<Readonly<Record<SourceCodec, SampleForm>>> = {
  h264,
  hevc: { ...hevc, tag: 'hvc1' }, // With `hev1`, Safari plays nothing.
  av1,
  vp8: asIs,
  vp9: asIs
}

/** AV1's open bitstream units with their sizes; one without a size goes to the end (section 5.3). */
function obusOf(unit: Buffer): Buffer[] {
  const obus: Buffer[] = []
  for (let at = 0; at < unit.length; ) {
    const head = unit[at]!
    let body = at + ((head & 4) !== 0 ? 2 : 1)
    let size = unit.length - body
    if ((head & 2) !== 0) {
      size = 0
      for (let shift = 0; shift < 28 && body < unit.length; shift += 7) {
        const byte = unit[body++]!
        size += (byte & 127) * 2 ** shift
        if (byte < 128) break
      }
    }
    obus.push(unit.subarray(at, body + size))
    at = body + size
  }
  return obus
}

function obuType(obu: Buffer): number {
  return (obu[0]! >> 3) & 15
}
