import type { CalibrationDefinition } from '../../contract/measure-definition.ts'
import { Calibration } from '../../measures/calibration.ts'
import { MeasureSet } from '../../measures/measure-set.ts'
import { Movement, type TrackMovement } from '../../measures/movement.ts'
import { Recorded } from '../../measures/recorded.ts'
import type { Digest } from './digest.ts'
import { type ChunkBite, type ChunkDamage, ChunkDecoder, type EpochHead } from './stored-chunk.ts'

/** How far and how fast the tracks of one epoch went, as its thread is asked. */
export interface MovementTask {
  readonly kind: 'movement'
  readonly calibration: CalibrationDefinition
}

/** Puts the stored frames of one epoch through the measure that an analysis has, with a calibration that came later. */
export class MovementDigest implements Digest<TrackMovement, undefined> {
  readonly #calibration: CalibrationDefinition
  #replay: { readonly decoder: ChunkDecoder; readonly measures: MeasureSet | undefined } | undefined
  #over: TrackMovement[] = []

  constructor({ calibration }: MovementTask) {
    this.#calibration = calibration
  }

  /** @throws SL_OPTION_INVALID for a calibration that determines no ground */
  take({ head, chunks }: ChunkBite, tell: (damage: ChunkDamage) => void): readonly TrackMovement[] {
    this.#replay ??= { decoder: new ChunkDecoder(head), measures: this.#measures(head) }
    const { decoder, measures } = this.#replay
    for (const chunk of chunks) for (const frame of decoder.frames(chunk, tell)) measures?.process(frame)
    return this.#told()
  }

  finish() {
    this.#replay?.measures?.flush()
    return { items: this.#told(), answer: undefined }
  }

  #told(): readonly TrackMovement[] {
    const told = this.#over
    this.#over = []
    return told
  }

  /** None where the head cannot be read: then no chunk can. */
  #measures({ header }: EpochHead): MeasureSet | undefined {
    if (!header) return undefined
    const aspect = header.width / header.height
    const calibration = new Calibration(this.#calibration, aspect)
    const movement = new Movement({ aspect, heightPx: header.height, calibration })
    return new MeasureSet(aspect, [new Recorded(movement, way => this.#over.push(way))])
  }
}
