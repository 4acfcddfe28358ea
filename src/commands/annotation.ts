import type { TrackColumns } from '../core/columns.ts'
import { openVideoWriter, type VideoWriter } from '../media/encode.ts'
import type { VideoFrame } from '../media/frame.ts'
import type { VideoFacts } from '../media/video.ts'
import { AnnotatedVideo } from '../report/annotate.ts'
import type { OutputFolder } from '../report/output-folder.ts'
import type { DrawnMeasures } from './drawn-measures.ts'

/** `annotated.mp4`: every frame with what was found in it and the counts as they stood. */
export class Annotation implements AsyncDisposable {
  readonly #writer: VideoWriter
  readonly #video: AnnotatedVideo
  readonly #drawn: DrawnMeasures

  private constructor(writer: VideoWriter, labels: readonly string[], drawn: DrawnMeasures) {
    this.#writer = writer
    this.#video = new AnnotatedVideo(writer, { labels })
    this.#drawn = drawn
  }

  static async open(
    folder: OutputFolder,
    { width, height, fps }: VideoFacts,
    labels: readonly string[],
    drawn: DrawnMeasures
  ): Promise<Annotation> {
    return new Annotation(await openVideoWriter(folder.place('annotated.mp4'), { width, height, fps }), labels, drawn)
  }

  take(frame: VideoFrame, tracks: TrackColumns): Promise<void> {
    return this.#video.write(frame, tracks, this.#drawn.overlay)
  }

  finish(): Promise<void> {
    return this.#writer.finish()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]()
  }
}
