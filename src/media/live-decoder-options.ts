import type { Decoding, HardwareUse } from './hardware-use.ts'
import type { AccessUnit, SourceFormat } from './sources/source.ts'

export interface LiveDecoderOptions {
  /** Larger pictures are refused, before there is memory for them. */
  readonly maxPixels?: number
  /** More decode large pictures sooner, slice by slice, where the source cuts them so. Many streams want 1. */
  readonly threads?: number
  /** Default: `software`. */
  readonly decoding?: Decoding
  /** Default: one of this machine's devices for `decoding`. */
  readonly hardware?: HardwareUse
  /** Told of each unit before it is decoded, from the first key frame on, with the media time of its picture. */
  readonly onUnit?: (unit: AccessUnit, mediaMs: number, format: SourceFormat) => void
}

export interface LiveDecoderCounters {
  readonly pictures: number
  /** Units, and pictures within them, that could not be decoded. */
  readonly broken: number
  /** Units before the first key frame. */
  readonly skipped: number
  /** Units that were put off or held, and never decoded. */
  readonly spared: number
}
