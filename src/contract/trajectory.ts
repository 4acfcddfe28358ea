import Type from 'typebox'
import Value from 'typebox/value'
import { Name } from './geometry.ts'

/** The ending of trajectory files, "Sightline trajectories", and what `sightline analyze` calls its own. */
export const trajectoryFileName = 'tracks.sltr'

const lowestFps = 0.01
const highestFps = 1e6

/** What stored tracks say of themselves: all that measures have to be told besides the frames. docs/spec/trajectories.md. */
export const TrajectoryHeader = Type.Object({
  stream: Name,
  /** Grows at each restart of the stream; a file has the tracks of one epoch. */
  epoch: Type.Integer({ minimum: 1 }),
  /** Upright pixels of the frame that boxes are shares of. */
  width: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  height: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  /** Nominal frames a second; null where nobody knows. Only the size of the file depends on it. */
  fps: Type.Union([Type.Number({ minimum: lowestFps, maximum: highestFps }), Type.Null()]),
  /** Class names by class id. */
  labels: Type.Array(Type.String()),
  /** What the clock on the wall showed at media time 0; null where nobody knows. */
  wallTime: Type.Union([
    Type.Object({ startEpochMs: Type.Number(), utcOffsetMinutes: Type.Integer({ minimum: -1440, maximum: 1440 }) }),
    Type.Null()
  ])
})
export type TrajectoryHeader = Type.Static<typeof TrajectoryHeader>

/** The frame rate as a header has it: null where nobody knows, or for one that no video has, as broken containers say it. */
export function knownFps(fps: number | null | undefined): number | null {
  return fps != null && fps >= lowestFps && fps <= highestFps ? fps : null
}

/** Undefined for a text that is no header. Keys that are not known here are passed over. */
export function readTrajectoryHeader(text: string): TrajectoryHeader | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return Value.Check(TrajectoryHeader, value) ? value : undefined
}
