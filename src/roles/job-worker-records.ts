import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AnalysisFacts, AnalysisFollower } from '../commands/analysis-follower.ts'
import type { Event } from '../contract/event.ts'
import type { LogRecord, TrackRecord } from '../contract/record.ts'
import { SightlineError } from '../core/errors.ts'
import type { Stage } from '../core/stage.ts'
import type { EventLog } from '../events/event-log.ts'
import type { Scene } from '../measures/scene.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import type { VideoFrame } from '../media/frame.ts'
import { RecordMaker } from '../pipeline/record-maker.ts'
import type { BestCrops } from '../report/best-crops.ts'
import { outputError } from '../report/output-error.ts'
import type { JobPreview } from './job-preview.ts'

export interface JobRecordsOptions {
  readonly log: EventLog
  /** Folder for the tracks' pictures, to be made. */
  readonly crops: string
  /** Wall time of media time 0. */
  readonly startedMs: (facts: AnalysisFacts) => number
  /** Of what is analysed. */
  readonly maxDurationMs: number
  readonly span: { readonly fromMs: number | undefined; readonly toMs: number | undefined }
  /** Shown to whoever waits. */
  readonly preview?: Pick<JobPreview, 'take'>
  /** `total` is unknown for some recordings. */
  readonly onFrame: (done: number, total: number | undefined) => void
}

/** Records that are written together: the disk is waited for once for all of them. */
const recordsTogether = 500

/** Writes what an analysis finds into a job's log, and the pictures of its tracks into a folder. */
export class JobRecords implements AnalysisFollower {
  readonly #options: JobRecordsOptions
  #maker: RecordMaker | undefined
  #expectedFrames: number | undefined
  #labels: readonly string[] = []
  #waiting: LogRecord[] = []
  /** Held until it is known which of them have a picture. */
  readonly #tracks: TrackRecord[] = []
  #writing: Promise<void> = Promise.resolve()
  #frames = 0
  #firstPtsMs: number | undefined
  #lastPtsMs = 0
  #startedMs = 0
  #claimedMs: number | undefined

  constructor(options: JobRecordsOptions) {
    this.#options = options
  }

  /** Wall time of media time 0, once it has begun. */
  get startedMs(): number {
    return this.#startedMs
  }

  /** Of the recording, as it says; where it says nothing, as far as it was seen. */
  get durationMs(): number {
    return Math.round(this.#claimedMs ?? this.#lastPtsMs)
  }

  async begin(facts: AnalysisFacts): Promise<readonly Stage<Scene, never>[]> {
    const { durationMs, expectedFrames } = facts.video
    const { fromMs = 0, toMs = Number.POSITIVE_INFINITY } = this.#options.span
    this.#refuseLonger(Math.min(durationMs ?? 0, toMs) - fromMs)
    this.#claimedMs = durationMs
    this.#expectedFrames = expectedFrames
    this.#labels = facts.header.labels
    this.#startedMs = this.#options.startedMs(facts)
    this.#maker = new RecordMaker({ header: facts.header, baseMs: this.#startedMs, zones: facts.zones })
    return this.#maker.stages
  }

  async picture(frame: VideoFrame, { rows }: TrackFrame): Promise<void> {
    await this.#options.preview?.take(frame, rows, this.#labels)
  }

  async frame(tracks: TrackFrame, events: readonly Event[]): Promise<void> {
    this.#firstPtsMs ??= tracks.ptsMs
    this.#lastPtsMs = tracks.ptsMs
    this.#refuseLonger(tracks.ptsMs - this.#firstPtsMs)
    this.#maker!.frame(tracks, events)
    this.#gather()
    if (this.#waiting.length >= recordsTogether) await this.#write()
    this.#options.onFrame(++this.#frames, this.#expectedFrames)
  }

  end(events: readonly Event[]): void {
    this.#maker!.end(events)
    this.#gather()
  }

  async finish(crops: BestCrops): Promise<void> {
    const snapshots = await this.#keepCrops(crops)
    for (const record of this.#tracks) {
      const snapshot = snapshots.get(record.body.trackId) ?? null
      this.#waiting.push({ ...record, body: { ...record.body, snapshot } })
      if (this.#waiting.length >= recordsTogether) await this.#write()
    }
    await this.#write()
    await this.#writing
    await this.#options.log.complete()
  }

  #gather(): void {
    for (const record of this.#maker!.take()) {
      if (record.type === 'track') this.#tracks.push(record)
      else this.#waiting.push(record)
    }
  }

  /** The analysis goes on while the disk works, and waits for it before it gives it more. */
  async #write(): Promise<void> {
    await this.#writing
    const records = this.#waiting
    this.#waiting = []
    this.#writing = this.#options.log.append(records)
    this.#writing.catch(() => undefined) // Thrown by the next that waits for it.
  }

  /** Gives the digests by track. */
  async #keepCrops(crops: BestCrops): Promise<Map<number, string>> {
    const { packPicture } = await import('../report/picture.ts')
    const digests = new Map<number, string>()
    mkdirSync(this.#options.crops, { recursive: true })
    for (const { trackId, picture } of await crops.result()) {
      const jpeg = await packPicture(picture)
      try {
        writeFileSync(join(this.#options.crops, `${trackId}.jpg`), jpeg)
      } catch (error) {
        throw outputError(this.#options.crops, error)
      }
      digests.set(trackId, createHash('sha256').update(jpeg).digest('hex'))
    }
    return digests
  }

  #refuseLonger(durationMs: number): void {
    const { maxDurationMs } = this.#options
    if (durationMs <= maxDurationMs) return
    throw new SightlineError(
      'SL_INPUT_TOO_LONG',
      `The recording is ${Math.round(durationMs / 1000)} s long, and a job may analyse ${Math.round(maxDurationMs / 1000)} s: raise the limit, or give a part of it (--from, --to).`
    )
  }
}
