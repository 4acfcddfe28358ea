import { mkdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import Type from 'typebox'
import Value from 'typebox/value'
import { SightlineError } from '../core/errors.ts'
import { defaultLimits, type JobLimits } from '../jobs/limits.ts'
import { cleanLeftovers, makeWorkFolder, removeWorkFolder } from '../jobs/work-folder.ts'
import { workerEnvironment } from '../jobs/worker-environment.ts'
import { runWorker } from '../jobs/worker-process.ts'

/** What the worker is told. */
export interface CheckTask {
  readonly path: string
  readonly maxPixels: number
}

/** What the worker says of a file of which it has seen the first picture. */
export const CheckReport = Type.Object(
  {
    /** By FFmpeg's names. */
    container: Type.String({ maxLength: 200 }),
    codec: Type.String({ maxLength: 100 }),
    durationMs: Type.Union([Type.Number({ minimum: 0 }), Type.Null()])
  },
  { additionalProperties: false }
)
export type CheckReport = Type.Static<typeof CheckReport>

/** Of a recording; elementary streams and pictures in motion are none that people send. */
const containers: ReadonlySet<string> = new Set(
  'mov mp4 m4a 3gp 3g2 mj2 matroska webm mpegts mpeg avi flv ogg asf'.split(' ')
)
const codecs: ReadonlySet<string> = new Set(
  'h264 hevc av1 libdav1d libaom-av1 vp8 vp9 libvpx libvpx-vp9 mpeg4 mpeg2video mpeg1video mjpeg h263 theora prores dnxhd wmv2 wmv3 vc1 flv'.split(
    ' '
  )
)

const minute = 60_000
/** One picture is decoded: whoever needs more for that than this means no good. */
const limits: JobLimits = { ...defaultLimits, memoryBytes: 1_500_000_000, diskBytes: 10_000_000, wallMs: minute }

/** Opens what strangers sent, each file in a process of its own that has nothing to lose. */
export class UploadCheck {
  readonly #folder: string
  readonly #environment: Readonly<Record<string, string | undefined>>

  private constructor(folder: string, environment: Readonly<Record<string, string | undefined>>) {
    this.#folder = folder
    this.#environment = environment
  }

  /** @param folder of work folders, its own: what a run before left there is ended and removed */
  static async open(folder: string, environment: Readonly<Record<string, string | undefined>>): Promise<UploadCheck> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await cleanLeftovers(folder)
    return new UploadCheck(folder, environment)
  }

  /**
   * Refuses what is no video that can be analysed.
   * @throws SL_INPUT_…, SL_JOB_…_LIMIT, SL_JOB_CRASHED (retryable), SL_CANCELLED
   */
  async check(path: string, id: string, signal: AbortSignal): Promise<void> {
    const folder = join(this.#folder, id)
    await makeWorkFolder(folder)
    try {
      const said = await runWorker({
        entry: new URL(`./upload-check-worker${extname(import.meta.url)}`, import.meta.url),
        task: { path, maxPixels: limits.pixels } satisfies CheckTask,
        folder,
        log: undefined,
        environment: workerEnvironment(this.#environment, process.cwd(), folder),
        limits,
        graceMs: 3000,
        signal,
        onProgress: () => undefined,
        onOutput: () => undefined
      })
      requireVideo(said)
    } catch (error) {
      throw nameless(error, path)
    } finally {
      await removeWorkFolder(folder)
    }
  }
}

/** @throws SL_INPUT_REFUSED, SL_INPUT_CODEC_UNSUPPORTED, SL_INPUT_TOO_LONG, SL_JOB_CRASHED */
export function requireVideo(report: unknown): void {
  if (!Value.Check(CheckReport, report))
    throw new SightlineError('SL_JOB_CRASHED', 'The worker reported something that no worker reports.')
  const { container, codec, durationMs } = report
  if (!container.split(',').some(name => containers.has(name)))
    throw new SightlineError(
      'SL_INPUT_REFUSED',
      `A file of the kind ${container} is not taken: send it as MP4, MOV, MKV, WebM, AVI or MPEG-TS.`
    )
  if (!codecs.has(codec))
    throw new SightlineError(
      'SL_INPUT_CODEC_UNSUPPORTED',
      `Video in ${codec} is not taken: send it as H.264, H.265, VP8, VP9, AV1, MPEG-4 or motion JPEG.`
    )
  if ((durationMs ?? 0) > limits.durationMs)
    throw new SightlineError(
      'SL_INPUT_TOO_LONG',
      `The video is ${Math.round((durationMs ?? 0) / 1000)} s long, and ${limits.durationMs / 1000} s are taken: send a part of it.`
    )
}

/** Senders know the file by its name, and paths of the server are nobody's business. */
function nameless(error: unknown, path: string): unknown {
  if (!(error instanceof SightlineError) || !error.message.includes(path)) return error
  const message = error.message.replaceAll(path, 'The file')
  return new SightlineError(error.code, message, { cause: error, retryable: error.retryable })
}
