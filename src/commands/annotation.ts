import { join } from 'node:path'
import type { TrackColumns } from '../core/columns.ts'
import { SightlineError } from '../core/errors.ts'
import { openVideoWriter, type VideoWriter } from '../media/encode.ts'
import type { VideoFrame } from '../media/frame.ts'
import type { VideoFacts } from '../media/video.ts'
import { AnnotatedVideo } from '../report/annotate.ts'
import type { OutputFolder } from '../report/output-folder.ts'
import type { DrawnMeasures } from './drawn-measures.ts'

const fileName = 'annotated.mp4'

/** `annotated.mp4`: every frame with what was found in it and the counts as they stood. */
export class Annotation implements AsyncDisposable {
  readonly #writer: VideoWriter
  readonly #video: AnnotatedVideo
  readonly #drawn: DrawnMeasures
  readonly #tell: Tell

  private constructor(writer: VideoWriter, video: AnnotatedVideo, drawn: DrawnMeasures, tell: Tell) {
    this.#writer = writer
    this.#video = video
    this.#drawn = drawn
    this.#tell = tell
  }

  static async open(
    folder: OutputFolder,
    { width, height, fps }: VideoFacts,
    labels: readonly string[],
    drawn: DrawnMeasures
  ): Promise<Annotation> {
    const place = folder.place(fileName)
    const tell = naming(place, join(folder.path, fileName))
    const writer = await openVideoWriter(place, { width, height, fps }).catch(tell)
    return new Annotation(writer, new AnnotatedVideo(writer, { width, height, labels }), drawn, tell)
  }

  take(frame: VideoFrame, tracks: TrackColumns): Promise<void> {
    return this.#video.write(frame, tracks, this.#drawn.overlay).catch(this.#tell)
  }

  finish(): Promise<void> {
    return this.#writer.finish().catch(this.#tell)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]()
  }
}

type Tell = (error: unknown) => never

/** Errors name the file as it is to be called, not the hidden place where it grows. */
function naming(place: string, shown: string): Tell {
  return error => {
    if (!(error instanceof SightlineError)) throw error
    const { code, message, retryable } = error
    throw new SightlineError(code, message.replaceAll(place, shown), { cause: error, retryable })
  }
}
