import { SightlineError } from '../core/errors.ts'

// docs/spec/trajectories.md defines the format; numbers of more than one byte have the lowest first.

/** Raised when a reader of before would misread the file. Readers accept every released one. */
export const formatVersion = 1

/** `SLTR`, and two characters that no text file has and no transfer as text leaves alone. */
export const magic: readonly number[] = [0x53, 0x4c, 0x54, 0x52, 0x1a, 0x0a]
/** Magic and version. */
export const prefixBytes = 8

/** A block's kind, four characters as a number. */
export const headBlock = 0x44414548 // HEAD
export const partBlock = 0x54524150 // PART
export const indexBlock = 0x58444e49 // INDX

/** Kind, bytes of the payload, checksum. */
export const blockHeadBytes = 12
/** No block's payload is longer: what claims to be is damaged, and nothing is allocated for it. */
export const maxPayloadBytes = 1 << 26

/** First and last media time, frames, points: at the beginning of a part's payload, and in the index. */
export const partFactsBytes = 24
export const indexEntryBytes = 4 + partFactsBytes
/** The index block's own length and `RTLS`, the last bytes of a whole file. */
export const indexEndBytes = 8
export const indexEnd = 0x534c5452

/**
 * A part is closed before it would have more points than this, or would span more time. Raise both for smaller
 * files; lower them to lose less when the writer dies, and to seek in smaller steps.
 */
export const partPoints = 16_384
export const partSpanMs = 60_000
/** Frames of a part; a reader believes no higher count. */
export const partFrames = 16_384

/** In the place of the first id that ended: the others did as the picture was cut. Readers that do not know it pass it over. */
export const cutMark = 0

/** x, y, w, h and score of each point are at least a byte each. */
export const fewestPointBytes = 5

/** What a reader can know of a part without decoding it. */
export interface PartFacts {
  /** Lowest and highest media time of its frames. */
  readonly minPtsMs: number
  readonly maxPtsMs: number
  readonly frames: number
  /** Rows that are stored: those of held frames are not. */
  readonly points: number
}

/** For bytes that no writer writes. The message is completed by who knows the file. */
export function damaged(what: string): SightlineError {
  return new SightlineError('SL_TRAJECTORY_DAMAGED', what)
}
