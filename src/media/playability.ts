import { BitReader } from './bit-reader.ts'
import { codecNames } from './codec-names.ts'
import { readH264Sequence } from './h264-sequence.ts'
import { nalUnits } from './nal-units.ts'
import type { AccessUnit, SourceCodec, SourceFormat } from './sources/source.ts'

/** Every browser of today plays them, whatever their parameters. */
const played: ReadonlySet<SourceCodec> = new Set(['vp8', 'vp9', 'av1'])
/** Baseline, Main, Extended and High. */
const playedProfiles = new Set([66, 77, 88, 100])

/** Types of NAL units (ITU-T H.264, table 7-1). */
const isSlice = (type: number) => type === 1 || type === 2 || type === 5
const sequenceSet = 7
/** A picture that was lost behind its parameters makes the next one look like a key frame: that is one, and no habit. */
const fewestRefreshed = 2

/**
 * Tells from a source's units whether browsers play them, over WebRTC too: H.265 plays in few, and pictures that are shown
 * in another order than they come play in none. Costs next to nothing, so that it can go along with a stream.
 */
export class Playability {
  #codec: SourceCodec
  #isTurned = false
  #reason: string | undefined
  #isReordered: boolean | undefined
  #knownSet: Buffer | undefined
  /** Key frames in a row that were none to a browser. */
  #refreshed = 0

  constructor(format: SourceFormat) {
    this.#codec = format.codec
    this.#take(format)
  }

  /** Why viewers have to get another encoding, as a sentence; undefined as long as nothing speaks against it. */
  get reason(): string | undefined {
    return this.#isTurned ? because('sends pictures that lie on their side') : this.#reason
  }

  /** Takes a unit into account, in the order they are sent. */
  look(unit: Pick<AccessUnit, 'data' | 'format' | 'isKey'>): string | undefined {
    if (unit.format) this.#take(unit.format)
    if (this.#codec === 'h264' && (unit.isKey || (this.#isReordered === undefined && !this.#reason)))
      this.#read(unit.data, unit.isKey)
    return this.reason
  }

  #take({ codec, parameterSets, rotation = 0 }: SourceFormat): void {
    this.#codec = codec
    this.#isTurned = rotation !== 0
    this.#isReordered = undefined
    this.#knownSet = undefined
    this.#reason = codec === 'h264' || played.has(codec) ? undefined : because(`sends ${codecNames[codec]}`)
    if (codec === 'h264') this.#read(parameterSets)
  }

  #read(picture: Buffer, isKey = false): void {
    let isBegun = !isKey
    for (const unit of nalUnits(picture)) {
      const type = unit[0]! & 31
      if (type === sequenceSet && !this.#knownSet?.equals(unit)) this.#readSet(unit)
      if (!isSlice(type)) continue
      if (!isBegun) this.#begin(unit)
      isBegun = true
      if (this.#isReordered === undefined && isBidirectional(unit)) this.#reorder()
    }
  }

  /** Decoders of browsers begin with a whole picture, and with nothing else. */
  #begin(slice: Buffer): void {
    this.#refreshed = isIntra(slice) ? 0 : this.#refreshed + 1
    if (this.#refreshed >= fewestRefreshed) this.#reason ??= because('renews its H.264 pictures bit by bit')
  }

  #readSet(unit: Buffer): void {
    this.#knownSet = Buffer.from(unit)
    const sequence = readH264Sequence(unit)
    this.#isReordered = sequence?.isReordered
    this.#reason = undefined
    if (!sequence) return
    const { profile, chroma, bitDepth } = sequence
    if (bitDepth > 8) this.#reason = because(`sends H.264 with ${bitDepth} bits a colour`)
    else if (chroma > 1) this.#reason = because(`sends H.264 with the colours of 4:${chroma === 2 ? '2:2' : '4:4'}`)
    else if (!playedProfiles.has(profile)) this.#reason = because(`sends H.264 of profile ${profile}`)
    else if (sequence.isReordered) this.#reorder()
  }

  #reorder(): void {
    this.#isReordered = true
    this.#reason ??= because('sends H.264 with B-frames')
  }
}

/** Why viewers have to get another encoding of a source that begins with `units`; undefined where they need not. */
export function needsReencoding(
  format: SourceFormat,
  units: readonly Pick<AccessUnit, 'data' | 'format' | 'isKey'>[]
): string | undefined {
  const playability = new Playability(format)
  for (const unit of units) playability.look(unit)
  return playability.reason
}

/** A B-slice. */
const isBidirectional = (slice: Buffer) => sliceType(slice) === 1
/** I and SI: they need no other picture. */
const isIntra = (slice: Buffer) => (slice[0]! & 31) === 5 || sliceType(slice) === 2 || sliceType(slice) === 4

/** The second number of a slice's header (ITU-T H.264, 7.3.3), without whether all slices of its picture are so. */
function sliceType(slice: Buffer): number {
  const reader = new BitReader(slice.subarray(1, 16))
  reader.unsigned()
  return reader.unsigned() % 5
}

function because(what: string): string {
  return `The source ${what}, which browsers do not play: viewers get H.264.`
}
