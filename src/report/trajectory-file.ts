import { knownFps, type TrajectoryHeader, trajectoryFileName } from '../contract/trajectory.ts'
import type { TrackFrame } from '../measures/track-frame.ts'
import { TrajectoryEncoder } from '../trajectories/trajectory-encoder.ts'
import type { OutputFolder } from './output-folder.ts'

/** `tracks.sltr`: what measures saw, frame by frame, so that `sightline measure` can ask it anything later. */
export class TrajectoryFile {
  readonly #encoder: TrajectoryEncoder

  /** A frame rate that no video has, as broken containers say it, is stored as not known. */
  constructor(folder: OutputFolder, header: TrajectoryHeader) {
    const file = folder.binary(trajectoryFileName)
    this.#encoder = new TrajectoryEncoder({ ...header, fps: knownFps(header.fps) }, bytes => file.write(bytes))
  }

  take(tracks: TrackFrame): void {
    this.#encoder.add(tracks)
  }

  /** Writes the rest and the index. Without it the file reads as cut off. */
  finish(): void {
    this.#encoder.finish()
  }
}
