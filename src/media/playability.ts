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
      this.#read(unit.data)
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

  #read(picture: Buffer): void {
    for (const unit of nalUnits(picture)) {
      const type = unit[0]! & 31
      if (type === sequenceSet && !this.#knownSet?.equals(unit)) this.#readSet(unit)
      if (this.#isReordered === undefined && isSlice(type) && isBidirectional(unit)) this.#reorder()
    }
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

/** A B-slice, by the second number of its header (7.3.3). */
function isBidirectional(slice: Buffer): boolean {
  const reader = new BitReader(slice.subarray(1, 16))
  reader.unsigned()
  return reader.unsigned() % 5 === 1
}

function because(what: string): string {
  return `The source ${what}, which browsers do not play: viewers get H.264.`
}
