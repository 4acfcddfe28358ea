import type { Event } from '../contract/event.ts'
import type { FrameCounts } from '../contract/report.ts'
import type { DetectionColumns } from '../core/columns.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import type { RgbaPicture, VideoFrame } from '../media/frame.ts'
import { detectionsLine, eventLine } from './jsonl.ts'
import { motLines } from './mot-csv.ts'
import type { OutputFolder } from './output-folder.ts'
import type { TextFile } from './text-file.ts'
import { type TrackCounts, TrackStatistics } from './track-statistics.ts'
import { TracksCsv, tracksCsvHeader } from './tracks-csv.ts'

/** The still that pictures are drawn over is no wider than this, in pixels. */
const stillWidthPx = 1280

/** Writes what an analysis finds, frame by frame, as text files, and counts it for the summary. */
export class RecordingReport {
  /** A frame of the video: what the heatmap is drawn over. */
  still: RgbaPicture | undefined
  /** Boxes written so far. */
  boxes = 0
  readonly #labels: readonly string[]
  readonly #tracks: TextFile
  readonly #detections: TextFile
  readonly #events: TextFile
  readonly #spreadsheet: TextFile
  readonly #csv: TracksCsv
  readonly #statistics = new TrackStatistics()
  readonly #frames = { analysed: 0, gated: 0, skipped: 0 }

  constructor(folder: OutputFolder, labels: readonly string[]) {
    this.#labels = labels
    this.#tracks = folder.text('tracks.txt')
    this.#detections = folder.text('detections.jsonl')
    this.#events = folder.text('events.jsonl')
    this.#spreadsheet = folder.text('tracks.csv')
    this.#csv = new TracksCsv(labels)
    this.#spreadsheet.write(tracksCsvHeader)
  }

  async take(
    frame: VideoFrame,
    tracks: TrackFrame,
    detections: DetectionColumns | undefined,
    events: readonly Event[]
  ): Promise<void> {
    const { width, height } = frame
    const { frame: index, ptsMs, outcome, rows, ended } = tracks
    this.#frames[outcome]++
    this.#statistics.observe(index, rows, ended)
    if (rows.count > 0) {
      this.#tracks.write(motLines(index, rows, width, height))
      this.#spreadsheet.write(this.#csv.rows({ frame: index, ptsMs, tracks: rows, width, height }))
    }
    if (detections) {
      this.boxes += detections.count
      this.#detections.write(detectionsLine(index, ptsMs, detections, this.#labels))
    }
    this.events(events)
    this.still ??= await stillOf(frame)
  }

  events(events: readonly Event[]): void {
    for (const event of events) this.#events.write(eventLine(event))
  }

  get frames(): Omit<FrameCounts, 'read' | 'droppedBroken'> {
    return this.#frames
  }

  /** Ends the count of tracks. */
  tracks(): TrackCounts {
    return this.#statistics.result(this.#labels)
  }
}

function stillOf(frame: VideoFrame): Promise<RgbaPicture> {
  const scale = Math.min(1, stillWidthPx / frame.width)
  return frame.rgba(Math.round(frame.width * scale), Math.round(frame.height * scale))
}
