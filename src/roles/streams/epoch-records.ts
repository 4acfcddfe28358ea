import { type Event, eventId, eventVersion } from '../../contract/event.ts'
import type { Stage } from '../../core/stage.ts'
import type { Scene } from '../../measures/scene.ts'
import type { TrackFrame } from '../../measures/track-frame.ts'
import type { VideoFrame } from '../../media/frame.ts'
import { RecordMaker, type RecordOptions } from '../../pipeline/record-maker.ts'
import { RecentChunks } from '../../trajectories/recent-chunks.ts'
import type { FrameTraces } from './frame-traces.ts'
import type { RecordOutlet } from './record-outlet.ts'
import type { StreamCounts } from './stream-counts.ts'
import type { TrackPictures } from './track-pictures.ts'

/** A crash loses the trajectories since the last chunk. */
const chunks = { points: 4096, spanMs: 10_000, fewestPoints: 0 }

export interface RecordParts {
  readonly stream: string
  readonly epoch: number
  readonly outlet: RecordOutlet
  readonly pictures: TrackPictures | undefined
  readonly counts: StreamCounts
  /** Undefined where no frame is followed. */
  readonly traces: FrameTraces | undefined
}

type Making = Pick<RecordOptions, 'header' | 'baseMs' | 'zones' | 'lookOf'> & {
  /** The first frame of the epoch. */
  readonly first: VideoFrame
  /** Trajectories from this media time on have to be kept for measures that begin meanwhile. */
  readonly neededMs: () => number
}

/** What happens to a stream as a whole. */
export type StreamNews =
  | {
      readonly kind: 'stream-up'
      readonly reason: 'started' | 'returned' | 'changed'
      readonly width: number
      readonly height: number
      readonly codec: string
    }
  | { readonly kind: 'stream-down'; readonly reason: string; readonly message: string }

/** What one epoch of a stream has for its worker's log, which gets it as soon as it is made. */
export class EpochRecords {
  /** What measures that begin meanwhile have to know. */
  readonly recent: RecentChunks
  readonly #parts: RecordParts
  readonly #maker: RecordMaker
  readonly #neededMs: () => number
  #last: { readonly frame: number; readonly ptsMs: number }

  constructor(parts: RecordParts, { header, baseMs, zones, lookOf, first, neededMs }: Making) {
    this.#parts = parts
    this.#neededMs = neededMs
    this.#maker = new RecordMaker({ header, baseMs, zones, chunks, lookOf })
    this.recent = new RecentChunks(header)
    this.#last = { frame: first.index, ptsMs: first.ptsMs }
    parts.pictures?.begin()
  }

  /** To be put behind the stream's own measures. */
  get stages(): readonly Stage<Scene, never>[] {
    return this.#maker.stages
  }

  /** Of the stream itself, as of its last frame. */
  say(news: StreamNews): void {
    const { stream, epoch } = this.#parts
    const id = eventId({ stream, epoch, measure: 'stream@1', subject: 'stream', kind: news.kind, n: 1 })
    this.events([{ version: eventVersion, id, stream, epoch, ...this.#last, ...news }])
  }

  frame(frame: VideoFrame, tracks: TrackFrame, events: readonly Event[]): void {
    this.#last = { frame: frame.index, ptsMs: frame.ptsMs }
    this.#maker.frame(tracks, this.#counted(events))
    this.#give(frame, tracks)
  }

  events(events: readonly Event[]): void {
    this.#maker.events(this.#counted(events))
    this.#give()
  }

  /** What was seen until now is stored as it is told to whoever begins. */
  flush(): void {
    this.#maker.flush()
    this.#give()
  }

  /** Its frames are over. */
  end(events: readonly Event[]): void {
    this.#maker.end(this.#counted(events))
    this.#give()
  }

  #counted(events: readonly Event[]): readonly Event[] {
    this.#parts.counts.events(events)
    return events
  }

  #give(frame?: VideoFrame, tracks?: TrackFrame): void {
    const { outlet, pictures, traces, epoch } = this.#parts
    const records = this.#maker.take()
    for (const record of records) if (record.type === 'trajectory') this.recent.add(record, this.#neededMs())
    const kept = frame && tracks && traces?.end(frame, { epoch, ...tracks }, records)
    if (records.length > 0) outlet.add(pictures?.hold(records) ?? records, kept)
  }
}
