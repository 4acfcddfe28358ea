import type { Event } from '../../contract/event.ts'
import type { CalibrationDefinition } from '../../contract/measure-definition.ts'
import type { TrajectoryHeader } from '../../contract/trajectory.ts'
import { Calibration } from '../../measures/calibration.ts'
import { DefinedMeasures, type MeasureDefinitions } from '../../measures/defined-measures.ts'
import { MeasureSet } from '../../measures/measure-set.ts'
import type { Digest } from './digest.ts'
import { type ChunkBite, type ChunkDamage, ChunkDecoder, type EpochHead } from './stored-chunk.ts'

/** A question to the past as its thread has it. */
export interface PastTask {
  readonly kind: 'past'
  /** Events of this wall time are told; frames before it only prepare the measures. */
  readonly fromMs: number
  readonly toMs: number
  readonly definitions: MeasureDefinitions
  readonly calibration: CalibrationDefinition | undefined
  /** For schedules, where the head does not say it. */
  readonly utcOffsetMinutes: number | undefined
}

/** What would have been said. */
export interface PastEvent {
  /** Wall time. */
  readonly atMs: number
  readonly event: Event
}

/** An epoch as its measures are told of it. */
interface Replay {
  readonly decoder: ChunkDecoder
  readonly head: EpochHead
  /** None where the head cannot be read. */
  readonly measures: MeasureSet | undefined
  readonly isOver: boolean
}

/** Puts stored frames through measures as if they were live: for each epoch the same measures, from new. */
export class PastDigest implements Digest<PastEvent, undefined> {
  readonly #task: PastTask
  #replay: Replay | undefined

  constructor(task: PastTask) {
    this.#task = task
  }

  /** @throws SL_OPTION_INVALID for a definition without sense, by its name */
  take({ head, isOver, chunks }: ChunkBite, tell: (damage: ChunkDamage) => void): readonly PastEvent[] {
    const said: PastEvent[] = []
    if (this.#replay?.head.epoch !== head.epoch) {
      this.#end(said)
      const measures = head.header && this.#measures(head, head.header)
      this.#replay = { decoder: new ChunkDecoder(head), head, measures, isOver }
    }
    const { decoder, measures } = this.#replay!
    for (const chunk of chunks) {
      for (const frame of decoder.frames(chunk, tell)) {
        if (head.baseMs + frame.ptsMs >= this.#task.toMs) continue
        if (measures) this.#say(measures.process(frame), head.baseMs, said)
      }
    }
    return said
  }

  finish() {
    const items: PastEvent[] = []
    this.#end(items)
    return { items, answer: undefined }
  }

  /** What the end of an epoch brings about, if it has come to its end. */
  #end(said: PastEvent[]): void {
    const { measures, isOver, head } = this.#replay ?? {}
    if (measures && isOver) this.#say(measures.flush(), head!.baseMs, said)
    this.#replay = undefined
  }

  #say(events: readonly Event[], baseMs: number, said: PastEvent[]): void {
    for (const event of events) {
      const atMs = baseMs + event.ptsMs
      if (atMs >= this.#task.fromMs && atMs < this.#task.toMs) said.push({ atMs, event })
    }
  }

  #measures({ stream, epoch, baseMs }: EpochHead, { width, height, wallTime }: TrajectoryHeader): MeasureSet {
    const { definitions, calibration, utcOffsetMinutes } = this.#task
    const aspect = width / height
    const defined = new DefinedMeasures(definitions, {
      stream,
      epoch,
      aspect,
      wallTime: wallTime ?? (utcOffsetMinutes === undefined ? undefined : { startEpochMs: baseMs, utcOffsetMinutes }),
      calibration: calibration && new Calibration(calibration, aspect)
    })
    return new MeasureSet(aspect, defined.stages)
  }
}
