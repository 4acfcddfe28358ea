import type { CalibrationDesk } from '../api/resources/calibration-desk.ts'
import type { CalibrationDefinition } from '../contract/measure-definition.ts'
import { SightlineError } from '../core/errors.ts'
import { movementHeader, movementRow } from '../report/measure-tables.ts'
import type { Assets } from '../store/assets.ts'
import { DigestLock } from '../store/blobs/digest-lock.ts'
import { referencesOf } from '../store/jobs-results.ts'
import type { Recording, Recordings } from '../store/recordings.ts'
import type { TrajectoryStore } from '../store/trajectories/trajectory-store.ts'

export interface CalibrationParts {
  readonly assets: Assets
  readonly recordings: Pick<Recordings, 'note'>
  readonly trajectories: Pick<TrajectoryStore, 'movement'>
}

const fileName = 'movement.csv'
/** A file may last longer than it says. */
const marginMs = 86_400_000

/** Writes the file that an analysis writes which knows the ground. */
export class Calibrations implements CalibrationDesk {
  readonly #parts: CalibrationParts
  /** By recording, one at a time: two at once would each take the other's file away. */
  readonly #turns = new DigestLock()

  constructor(parts: CalibrationParts) {
    this.#parts = parts
  }

  calibrate(recording: Recording, calibration: CalibrationDefinition, signal: AbortSignal): Promise<boolean> {
    return this.#turns.run(recording.id, () => this.#calibrate(recording, calibration, signal))
  }

  async #calibrate(
    { id, stream, epoch, startedMs, durationMs }: Recording,
    calibration: CalibrationDefinition,
    signal: AbortSignal
  ): Promise<boolean> {
    const { trajectories, recordings, assets } = this.#parts
    const range = { fromMs: startedMs - marginMs, toMs: startedMs + (durationMs ?? 0) + marginMs }
    const ways = await trajectories.movement(
      { stream, epoch, ...range, calibration },
      { signal, onDamage: ({ message }) => refuse(message) }
    )
    if (!ways) return false
    const owner = `job/${id}`
    const text = movementHeader + ways.map(movementRow).join('')
    const reference = { kind: 'report', owner, name: fileName, stream } as const
    const { digest } = await assets.keep(Buffer.from(text), reference, { contentType: 'text/csv' })
    for (const before of await referencesOf(assets.database, owner))
      if (before.name === fileName && before.digest !== digest) await assets.release({ owner, ...before })
    await recordings.note(id, 'calibration', calibration)
    return true
  }
}

/** Ways with a piece missing would be told as if they were whole. */
function refuse(message: string): never {
  throw new SightlineError('SL_TRAJECTORY_DAMAGED', message)
}
