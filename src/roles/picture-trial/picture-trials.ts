import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import Value from 'typebox/value'
import { PictureTrial, pictureLimits } from '../../contract/api/model.ts'
import { SightlineError } from '../../core/errors.ts'
import { defaultLimits, type JobLimits } from '../../jobs/limits.ts'
import { cleanLeftovers, makeWorkFolder, removeWorkFolder } from '../../jobs/work-folder.ts'
import { workerEnvironment } from '../../jobs/worker-environment.ts'
import { runWorker } from '../../jobs/worker-process.ts'
import type { CatalogueEntry } from '../../vision/catalogue.ts'

/** What the worker is told. */
export interface PictureTask {
  readonly model: { readonly path: string; readonly entry: CatalogueEntry }
  readonly picture: string
  readonly maxPixels: number
  readonly minScore: number | undefined
}

export interface PictureOrder extends Pick<PictureTask, 'model'> {
  readonly picture: Uint8Array
  readonly minScore?: number | undefined
}

/** A detector of a gigabyte opens and looks at a picture of 25 million pixels within half of these, on a slow core. */
const limits: JobLimits = {
  ...defaultLimits,
  pixels: pictureLimits.pixels,
  memoryBytes: 4_000_000_000,
  diskBytes: 50_000_000,
  wallMs: 60_000
}

/** How pictures begin that browsers make and show. FFmpeg would open much else. */
const signatures: readonly (readonly [ending: string, is: (begin: string) => boolean])[] = [
  ['jpg', begin => begin.startsWith('\xff\xd8\xff')],
  ['png', begin => begin.startsWith('\x89PNG\r\n')],
  ['webp', begin => begin.startsWith('RIFF') && begin.startsWith('WEBP', 8)]
]

/** Has models look at pictures that somebody gives, each in a process of its own that has nothing to lose; one at a time. */
export class PictureTrials {
  readonly #folder: string
  readonly #environment: Readonly<Record<string, string | undefined>>
  readonly #limits: Partial<JobLimits>
  #isRunning = false

  /** @param folder of work folders */
  constructor(
    folder: string,
    environment: Readonly<Record<string, string | undefined>>,
    changed: Partial<JobLimits> = {}
  ) {
    this.#folder = folder
    this.#environment = environment
    this.#limits = changed
  }

  /** Ends and removes what a run before has left. Only for who owns the data folder. */
  async clean(): Promise<void> {
    await cleanLeftovers(this.#folder)
  }

  /**
   * @throws SL_TRIAL_LIMIT (retryable) while another goes on; SL_INPUT_… for what is no such picture; SL_MODEL_…;
   *   SL_JOB_…_LIMIT; SL_JOB_CRASHED; SL_CANCELLED
   */
  async run({ model, picture, minScore }: PictureOrder, signal: AbortSignal): Promise<PictureTrial> {
    const ending = endingOf(picture)
    if (this.#isRunning)
      throw new SightlineError(
        'SL_TRIAL_LIMIT',
        'A model is being tried on another picture, and one may be at a time: try again in a few seconds.',
        { retryable: true }
      )
    this.#isRunning = true
    const folder = join(this.#folder, randomBytes(8).toString('hex'))
    const path = join(folder, `picture.${ending}`)
    try {
      await makeWorkFolder(folder)
      await writeFile(path, picture, { mode: 0o600 })
      const held = { ...limits, ...this.#limits }
      const said = await runWorker({
        entry: new URL(`./picture-worker${extname(import.meta.url)}`, import.meta.url),
        task: { model, picture: path, maxPixels: held.pixels, minScore } satisfies PictureTask,
        folder,
        log: undefined,
        environment: workerEnvironment(this.#environment, process.cwd(), folder),
        limits: held,
        graceMs: 1000,
        signal,
        onProgress: () => undefined,
        onOutput: () => undefined
      })
      if (!Value.Check(PictureTrial, said))
        throw new SightlineError('SL_JOB_CRASHED', 'The worker reported something that no worker reports.')
      return said
    } catch (error) {
      throw nameless(error, path)
    } finally {
      await removeWorkFolder(folder).finally(() => {
        this.#isRunning = false
      })
    }
  }
}

/** @throws SL_INPUT_TOO_LARGE, SL_INPUT_REFUSED */
function endingOf(picture: Uint8Array): string {
  if (picture.byteLength > pictureLimits.bytes)
    throw new SightlineError(
      'SL_INPUT_TOO_LARGE',
      `The picture has ${picture.byteLength} bytes, and ${pictureLimits.bytes} are taken: make it smaller.`
    )
  const begin = Buffer.from(picture.subarray(0, 16)).toString('latin1')
  const [ending] = signatures.find(([, is]) => is(begin)) ?? []
  if (ending !== undefined) return ending
  throw new SightlineError('SL_INPUT_REFUSED', 'This is no picture that is taken: give a JPEG, PNG or WebP.')
}

/** Where the picture lay is nobody's business. */
function nameless(error: unknown, path: string): unknown {
  if (!(error instanceof SightlineError) || !error.message.includes(path)) return error
  const message = error.message.replaceAll(path, 'The picture')
  return new SightlineError(error.code, message, { cause: error, retryable: error.retryable })
}
