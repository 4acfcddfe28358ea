import { readTrajectoryHeader, type TrajectoryHeader } from '../contract/trajectory.ts'
import { SightlineError } from '../core/errors.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import { isIntact, readBlockHead } from './blocks.ts'
import type { ByteSource } from './byte-source.ts'
import { blockHeadBytes, formatVersion, headBlock, magic, prefixBytes } from './format.ts'
import { type FilePart, findParts, seconds } from './part-list.ts'
import { PartReplay } from './part-replay.ts'
import { intervalOf } from './trajectory-encoder.ts'

/** Media time: from the first millisecond on, up to before the last. */
export interface TimeRange {
  readonly fromMs?: number | undefined
  readonly toMs?: number | undefined
}

/**
 * Reads a trajectory file, a part at a time. What its bytes say is believed only as far as they are there: a file
 * that ends too early gives its whole parts, with `isCut`; a damaged part is an error when its time is asked for.
 */
export class TrajectoryReader {
  readonly header: TrajectoryHeader
  /** In the order of the file. */
  readonly parts: readonly FilePart[]
  /** True for a file whose writer did not come to its end, or that lost its own. */
  readonly isCut: boolean
  readonly #source: ByteSource
  readonly #name: string

  /**
   * `name` is what errors call the file.
   * @throws SL_TRAJECTORY_INVALID, SL_TRAJECTORY_VERSION, SL_TRAJECTORY_DAMAGED
   */
  constructor(source: ByteSource, name: string) {
    this.#source = source
    this.#name = name
    checkPrefix(source.read(0, prefixBytes), name)
    const { header, end } = readHead(source, name)
    this.header = header
    const { parts, isWhole } = findParts(source, end, name)
    this.parts = parts
    this.isCut = !isWhole
  }

  /** Hands out the stored frames of a time, in their order; each is valid during the call. @throws SL_TRAJECTORY_DAMAGED */
  replay(take: (frame: TrackFrame) => void, { fromMs = -Infinity, toMs = Infinity }: TimeRange = {}): void {
    const replay = new PartReplay(intervalOf(this.header), this.header.labels)
    const takeInside = (frame: TrackFrame) => {
      if (frame.ptsMs >= fromMs && frame.ptsMs < toMs) take(frame)
    }
    for (const part of this.parts) {
      if (part.maxPtsMs < fromMs || part.minPtsMs >= toMs) continue
      const isInside = part.minPtsMs >= fromMs && part.maxPtsMs < toMs
      try {
        replay.replay(this.#payload(part), isInside ? take : takeInside)
      } catch (error) {
        throw this.#placed(error, part)
      }
    }
  }

  /** All frames, for who reads at a pace of their own: each is valid until the next. @throws SL_TRAJECTORY_DAMAGED */
  *frames(): Generator<TrackFrame, void, undefined> {
    const replay = new PartReplay(intervalOf(this.header), this.header.labels)
    for (const part of this.parts) {
      try {
        yield* replay.frames(this.#payload(part))
      } catch (error) {
        throw this.#placed(error, part)
      }
    }
  }

  #payload({ at, bytes }: FilePart): Uint8Array {
    const block = this.#source.read(at, bytes)
    const payload = block.subarray(blockHeadBytes)
    if (block.length < bytes || readBlockHead(block)?.payloadBytes !== payload.length || !isIntact(block, payload))
      throw new SightlineError('SL_TRAJECTORY_DAMAGED', 'does not match its checksum')
    return payload
  }

  /** Says of what is wrong with a part where that is, and how to do without. */
  #placed(error: unknown, { minPtsMs, maxPtsMs }: FilePart): unknown {
    if (!(error instanceof SightlineError) || error.code !== 'SL_TRAJECTORY_DAMAGED') return error
    const place = `${this.#name}: the part from ${seconds(minPtsMs)} to ${seconds(maxPtsMs)}`
    const way = 'Leave it out with --to before it or --from after it.'
    return new SightlineError(error.code, `${place} ${error.message}. ${way}`, { cause: error })
  }
}

function checkPrefix(prefix: Uint8Array, name: string): void {
  if (prefix.length < prefixBytes || magic.some((byte, at) => prefix[at] !== byte)) {
    const why = prefix.length === 0 ? 'it is empty' : 'it does not begin like one'
    throw new SightlineError(
      'SL_TRAJECTORY_INVALID',
      `${name} is no trajectory file: ${why}. Give the tracks.sltr of an analysis.`
    )
  }
  const version = new DataView(prefix.buffer, prefix.byteOffset).getUint16(magic.length, true)
  if (version === 0)
    throw new SightlineError('SL_TRAJECTORY_DAMAGED', `${name} is damaged: its version is 0, which never was.`)
  if (version > formatVersion) {
    throw new SightlineError(
      'SL_TRAJECTORY_VERSION',
      `${name} has version ${version} of the format, and this Sightline reads up to ${formatVersion}: use a newer one.`
    )
  }
}

function readHead(source: ByteSource, name: string): { readonly header: TrajectoryHeader; readonly end: number } {
  const head = readBlockHead(source.read(prefixBytes, blockHeadBytes))
  const end = prefixBytes + blockHeadBytes + (head?.payloadBytes ?? 0)
  if (head?.kind === headBlock && end <= source.size) {
    const block = source.read(prefixBytes, end - prefixBytes)
    const payload = block.subarray(blockHeadBytes)
    const header = isIntact(block, payload) ? readTrajectoryHeader(new TextDecoder().decode(payload)) : undefined
    if (header) return { header, end }
  }
  throw new SightlineError(
    'SL_TRAJECTORY_DAMAGED',
    `${name} is cut off or damaged in its head: without that, none of its tracks can be read.`
  )
}
