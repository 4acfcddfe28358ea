import { rename, writeFile } from 'node:fs/promises'
import type { TrackColumns } from '../core/columns.ts'
import type { VideoFrame } from '../media/frame.ts'

/** Fewer, and whoever waits sees less; more take time from the analysis. */
const everyMs = 3000

/**
 * The last picture that was analysed, with its boxes, in a file beside the results: for whoever waits for them. It is never half
 * written, and an analysis does not fail for it.
 */
export class JobPreview {
  readonly #path: string
  readonly #nowMs: () => number
  #dueMs = Number.NEGATIVE_INFINITY

  constructor(path: string, nowMs: () => number = () => performance.now()) {
    this.#path = path
    this.#nowMs = nowMs
  }

  /** @param labels class names by class id */
  async take(frame: VideoFrame, tracks: TrackColumns, labels: readonly string[]): Promise<void> {
    if (frame.isLeftOut || this.#nowMs() < this.#dueMs) return
    // From the moment it is made: a slow disk makes none of it late.
    this.#dueMs = this.#nowMs() + everyMs
    try {
      const { previewPicture } = await import('../report/preview-picture.ts')
      const part = `${this.#path}.part`
      await writeFile(part, await previewPicture(frame, tracks, labels))
      await rename(part, this.#path)
    } catch {
      // The next one may do better; what the disk lacks, the results will say.
    }
  }
}
