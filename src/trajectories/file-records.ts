import type { TrajectoryHeadRecord, TrajectoryRecord } from '../contract/record.ts'
import { ChunkMaker } from './chunk-maker.ts'
import type { PartLimits } from './part-maker.ts'
import type { TrajectoryReader } from './trajectory-reader.ts'

export interface FileOrigin {
  /** As in the file, unless said. */
  readonly stream?: string
  readonly epoch?: number
  /** Wall time of media time 0, in whole epoch milliseconds. */
  readonly baseMs: number
  readonly limits?: PartLimits
}

/**
 * The records that a worker would have made of a file's frames. Gives `undefined` after a frame that completes none,
 * so that the caller may turn to something else.
 * @throws SL_TRAJECTORY_DAMAGED
 */
export function* fileRecords(
  reader: TrajectoryReader,
  { stream, epoch, baseMs, limits }: FileOrigin
): Generator<TrajectoryHeadRecord | TrajectoryRecord | undefined, void, undefined> {
  const header = { ...reader.header, stream: stream ?? reader.header.stream, epoch: epoch ?? reader.header.epoch }
  let made: TrajectoryRecord | undefined
  const maker = new ChunkMaker({ header, baseMs, ...(limits && { limits }) }, record => {
    made = record
  })
  yield maker.head
  for (const frame of reader.frames()) {
    maker.add(frame)
    yield made
    made = undefined
  }
  maker.flush()
  yield made
}
