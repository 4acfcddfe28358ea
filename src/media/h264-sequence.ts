import { BitReader } from './bit-reader.ts'
import { withoutEmulationPrevention } from './nal-units.ts'

/** What an H.264 sequence parameter set says about how its pictures are made. */
export interface H264Sequence {
  readonly profile: number
  /** 0: grey, 1: 4:2:0, 2: 4:2:2, 3: 4:4:4. */
  readonly chroma: number
  readonly bitDepth: number
  /** Whether pictures are shown in another order than they are sent; undefined where it does not say. */
  readonly isReordered: boolean | undefined
}

/** Profiles whose sets say more about colour (ITU-T H.264, 7.3.2.1.1). */
const colourful = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135])
/** Baseline: it has no B-slices. */
const baseline = 66

/** Reads a sequence parameter set, a NAL unit of type 7. Undefined where it is cut off or senseless. */
export function readH264Sequence(unit: Buffer): H264Sequence | undefined {
  const reader = new BitReader(withoutEmulationPrevention(unit).subarray(1))
  const profile = reader.bits(8)
  reader.bits(16) // Constraints and level.
  reader.unsigned()
  const colour = colourful.has(profile) ? readColour(reader) : { chroma: 1, bitDepth: 8 }
  const order = readOrder(reader)
  if (!order) return undefined
  skipSize(reader)
  const reordered = reader.flag() ? readReordering(reader) : undefined
  if (reader.isOver) return undefined
  return { profile, ...colour, isReordered: profile === baseline || order === 'as sent' ? false : reordered }
}

function readColour(reader: BitReader): { chroma: number; bitDepth: number } {
  const chroma = reader.unsigned()
  if (chroma === 3) reader.flag()
  const bitDepth = 8 + Math.max(reader.unsigned(), reader.unsigned())
  reader.flag()
  if (reader.flag()) for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) skipScalingList(reader, list)
  return { chroma, bitDepth }
}

function skipScalingList(reader: BitReader, list: number): void {
  if (!reader.flag()) return
  let [last, next] = [8, 8]
  for (let i = 0; i < (list < 6 ? 16 : 64); i++) {
    if (next !== 0) next = (last + reader.signed() + 256) % 256
    last = next === 0 ? last : next
  }
}

/** `as sent`: picture order count type 2 allows nothing else. */
function readOrder(reader: BitReader): 'as sent' | 'any' | undefined {
  reader.unsigned()
  const type = reader.unsigned()
  if (type === 0) reader.unsigned()
  if (type === 1) {
    reader.flag()
    reader.signed()
    reader.signed()
    const cycle = reader.unsigned()
    if (cycle > 255) return undefined
    for (let i = 0; i < cycle; i++) reader.signed()
  }
  if (type > 2) return undefined
  return type === 2 ? 'as sent' : 'any'
}

function skipSize(reader: BitReader): void {
  reader.unsigned()
  reader.flag()
  reader.unsigned()
  reader.unsigned()
  if (!reader.flag()) reader.flag()
  reader.flag()
  if (reader.flag()) for (let side = 0; side < 4; side++) reader.unsigned()
}

/** From the usability information (E.1.1), whose last part limits reordering. */
function readReordering(reader: BitReader): boolean | undefined {
  if (reader.flag() && reader.bits(8) === 255) reader.bits(32)
  if (reader.flag()) reader.flag()
  if (reader.flag()) {
    reader.bits(4)
    if (reader.flag()) reader.bits(24)
  }
  if (reader.flag()) {
    reader.unsigned()
    reader.unsigned()
  }
  if (reader.flag()) {
    reader.bits(32)
    reader.bits(32)
    reader.flag()
  }
  const hasBuffers = [skipBuffering(reader), skipBuffering(reader)].includes(true)
  if (hasBuffers) reader.flag()
  reader.flag()
  if (!reader.flag()) return undefined
  reader.flag()
  for (let skipped = 0; skipped < 4; skipped++) reader.unsigned()
  return reader.unsigned() > 0
}

/** Parameters of the hypothetical decoder (E.1.2), where there are any. */
function skipBuffering(reader: BitReader): boolean {
  if (!reader.flag()) return false
  const count = Math.min(32, reader.unsigned() + 1)
  reader.bits(8)
  for (let i = 0; i < count; i++) {
    reader.unsigned()
    reader.unsigned()
    reader.flag()
  }
  reader.bits(20)
  return true
}
