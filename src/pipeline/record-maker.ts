import type { Event } from '../contract/event.ts'
import type { LogRecord, StoredTrack } from '../contract/record.ts'
import { knownFps, type TrajectoryHeader } from '../contract/trajectory.ts'
import type { Stage } from '../core/stage.ts'
import { Recorded } from '../measures/recorded.ts'
import type { Scene } from '../measures/scene.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import { TrackLives } from '../measures/track-lives.ts'
import { packLook } from '../tracking/packed-look.ts'
import { ChunkMaker } from '../trajectories/chunk-maker.ts'
import type { PartLimits } from '../trajectories/part-maker.ts'
import { OccupancySamples, type OccupiedZones } from './record-samples.ts'

/** What made the vector, and the vector. */
export interface TrackLook {
  readonly model: string
  readonly vector: Float32Array
}

export interface RecordOptions {
  /** Of this epoch of the stream. A frame rate that no video has is stored as not known. */
  readonly header: TrajectoryHeader
  /** Wall time of media time 0, in whole epoch milliseconds. */
  readonly baseMs: number
  /** Zones whose occupancy is kept by the minute: `zones` of `DefinedMeasures`. */
  readonly zones?: OccupiedZones
  /** Digest of a track's best picture, asked when the track is over. */
  readonly snapshotOf?: (trackId: number) => string | null
  /** What a track looked like, asked when it is over; undefined where that is not to be known beyond its stream, or is not known. */
  readonly lookOf?: (trackId: number) => TrackLook | undefined
  /** When chunks are closed. */
  readonly chunks?: PartLimits
}

/**
 * Makes the records of one epoch of a stream for its log: its events, tracks that ended, chunks of trajectories,
 * minutes of zones. Reads no clock; keeps what lives now, one chunk and one minute.
 */
export class RecordMaker {
  /** To be put behind the stream's own measures, in the same set. */
  readonly stages: readonly Stage<Scene, never>[]
  readonly #options: RecordOptions
  readonly #chunks: ChunkMaker
  readonly #samples: OccupancySamples
  #records: LogRecord[] = []

  constructor(options: RecordOptions) {
    const { header, baseMs, zones = new Map(), chunks } = options
    const give = (record: LogRecord) => this.#records.push(record)
    this.#options = options
    this.#chunks = new ChunkMaker({ header: { ...header, fps: knownFps(header.fps) }, baseMs, limits: chunks }, give)
    this.#samples = new OccupancySamples(header, baseMs, zones, give)
    this.stages = [new Recorded(new TrackLives(), track => this.#track(track))]
    give(this.#chunks.head)
  }

  /** Takes what a frame brought about, after the measures have seen it. */
  frame(tracks: TrackFrame, events: readonly Event[]): void {
    this.events(events)
    this.#chunks.add(tracks)
    this.#samples.add(tracks.ptsMs)
  }

  /** What happened to the stream itself, apart from its frames. */
  events(events: readonly Event[]): void {
    for (const event of events) this.#event(event)
  }

  /** The stream ended, and its measures were flushed: `events` are those that its end brings about. */
  end(events: readonly Event[]): void {
    this.events(events)
    this.flush()
    this.#samples.flush()
  }

  /** Closes the chunk under way, so that what was seen until now can be asked about. Too often makes small chunks. */
  flush(): void {
    this.#chunks.flush()
  }

  /** The records made since the last call, in the order in which they are to be appended. */
  take(): readonly LogRecord[] {
    const records = this.#records
    if (records.length > 0) this.#records = []
    return records
  }

  #event(body: Event): void {
    const { id, stream, epoch, ptsMs } = body
    this.#records.push({ type: 'event', id, stream, epoch, atMs: this.#options.baseMs + ptsMs, body })
  }

  #track(track: Omit<StoredTrack, 'snapshot'>): void {
    const { header, baseMs, snapshotOf, lookOf } = this.#options
    const { stream, epoch } = header
    const body = { ...track, snapshot: snapshotOf?.(track.trackId) ?? null }
    const origin = { id: `${stream}/${epoch}/${track.trackId}`, stream, epoch, atMs: baseMs + track.firstPtsMs }
    this.#records.push({ type: 'track', ...origin, body })
    const known = lookOf?.(track.trackId)
    const bytes = known && packLook(known.vector)
    if (!bytes) return
    const { trackId, label, firstPtsMs, lastPtsMs } = track
    const look = Buffer.from(bytes).toString('base64')
    this.#records.push({
      type: 'look',
      ...origin,
      body: { trackId, label, model: known.model, firstPtsMs, lastPtsMs, look }
    })
  }
}
