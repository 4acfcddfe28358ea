import { basename, extname, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { DetectionColumns } from '../../core/columns.ts'
import { SightlineError } from '../../core/errors.ts'
import { type Fit, type PixelRequest, pixelSlackBytes, requestBytes } from '../../core/fit.ts'
import type { Detector, PixelSlot } from '../detector.ts'
import { classIdsFor } from '../labels.ts'
import { type SharedSlot, SlotRing } from '../slot-ring.ts'
import type { FromOwn, OwnAbout, OwnTask, ToOwn } from './thread-messages.ts'

export interface OwnDetectorOptions {
  /** Of a JavaScript or TypeScript module. */
  readonly path: string
  /** Boxes below it are dropped. 0…1. */
  readonly minScore?: number | undefined
  /** The only classes that are wanted; all when absent. */
  readonly classes?: readonly string[] | undefined
  /** How long it may take for a picture, in milliseconds; 10 s by default. */
  readonly detectMs?: number | undefined
  /** Heap that it may have, in megabytes; 1024 by default. */
  readonly memoryMb?: number | undefined
}

interface Waiting {
  readonly slot: SharedSlot
  readonly placed: Fit
  readonly resolve: (found: DetectionColumns) => void
  readonly reject: (error: SightlineError) => void
}

/** Beside this file, in the sources as in a built tree. */
const threadUrl = new URL(`./detector-thread${extname(import.meta.url)}`, import.meta.url)
const usualMemoryMb = 1024
/** A module that loads a library of its own needs some seconds. */
const loadMs = 30_000
const usualDetectMs = 10_000
const slotCount = 2

/** Whether what is named as a model is code. */
export function isDetectorModule(model: string): boolean {
  return /\.[cm]?[jt]s$/i.test(model)
}

/**
 * Opens a detector that somebody wrote (`defineDetector`), in a thread of its own: one that throws, hangs or takes all memory costs
 * whoever uses it this detector, and nobody else anything.
 * @throws SightlineError SL_DETECTOR_INVALID; SL_OPTION_INVALID for a class that it does not have
 */
export async function openOwnDetector(options: OwnDetectorOptions): Promise<Detector> {
  const path = resolve(options.path)
  const { memoryMb = usualMemoryMb } = options
  const resourceLimits = { maxOldGenerationSizeMb: memoryMb }
  // What it prints is for whoever reads our errors: our output may be a program's.
  const thread = new Worker(threadUrl, {
    workerData: { path } satisfies OwnTask,
    name: 'own detector',
    resourceLimits,
    stdout: true
  })
  // No pipe: from the eleventh on in one process Node would warn of a leak of listeners.
  thread.stdout.on('data', (printed: Buffer) => process.stderr.write(printed))
  try {
    const about = await aboutOf(thread, path)
    return new OwnDetector(thread, about, { ...options, path })
  } catch (error) {
    await thread.terminate()
    throw error
  }
}

function aboutOf(thread: Worker, path: string): Promise<OwnAbout> {
  const invalid = (reason: string) =>
    new SightlineError(
      'SL_DETECTOR_INVALID',
      `${path} is no detector that can be used: ${reason}. docs/guide/own-detector.md has one.`
    )
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(invalid(`it did not load within ${loadMs / 1000} s`)), loadMs)
    thread.on('message', function hear(message: unknown) {
      if (!isOurs(message)) return
      thread.off('message', hear)
      clearTimeout(timer)
      if (message.type === 'ready') resolve(message.about)
      else reject(invalid(message.type === 'refused' ? message.reason : 'it answered before it was asked'))
    })
    thread.once('error', error => reject(invalid((error as Error).message)))
    thread.once('exit', () => {
      clearTimeout(timer)
      reject(invalid('its thread ended'))
    })
  })
}

/** What else comes from its thread, a library of the module's has sent. */
function isOurs(message: unknown): message is FromOwn {
  if (typeof message !== 'object' || message === null) return false
  const { type, numbers } = message as Partial<Extract<FromOwn, { type: 'found' }>>
  return type === 'found' ? numbers instanceof Float64Array : ['ready', 'refused', 'failed'].includes(String(type))
}

class OwnDetector implements Detector {
  readonly name: string
  readonly provider = 'javascript'
  readonly labels: readonly string[]
  readonly request: PixelRequest
  invalidBoxes = 0
  readonly #path: string
  readonly #thread: Worker
  readonly #slots: SlotRing
  readonly #minScore: number
  readonly #classIds: readonly number[] | undefined
  readonly #detectMs: number
  /** In the order in which they were asked for, which is that of the answers. */
  readonly #waiting: Waiting[] = []
  #timer: NodeJS.Timeout | undefined
  #dead: SightlineError | undefined

  constructor(
    thread: Worker,
    { labels, input: { width, height, format, fit } }: OwnAbout,
    { path, minScore = 0, classes, detectMs = usualDetectMs }: OwnDetectorOptions
  ) {
    const mode = fit === 'stretch' ? 'stretch' : 'letterbox-top-left'
    this.name = basename(path)
    this.labels = labels
    this.request = { width, height, format: format === 'gray' ? 'gray8' : 'rgb24', mode, pad: 0 }
    this.#path = path
    this.#thread = thread
    this.#minScore = minScore
    this.#classIds = classes && classIdsFor(labels, classes)
    this.#detectMs = detectMs
    this.#slots = new SlotRing(requestBytes(this.request), slotCount)
    const { memory: slots, frameBytes: slotBytes } = this.#slots
    this.#post({ type: 'begin', slots, slotBytes, stride: slotBytes + pixelSlackBytes })
    thread.on('message', (message: unknown) => isOurs(message) && this.#hear(message))
    thread.on('error', error => this.#die(this.#failed((error as Error).message)))
    thread.on('exit', () => this.#die(this.#failed('its thread ended')))
  }

  /** It may remember the picture before. */
  get concurrency(): number {
    return this.#dead ? 0 : 1
  }

  acquire(): Promise<PixelSlot> {
    return this.#dead ? Promise.reject(this.#dead) : this.#slots.acquire()
  }

  release(slot: PixelSlot): void {
    this.#slots.release(slot)
  }

  detect(given: PixelSlot, placed: Fit, ptsMs: number): Promise<DetectionColumns> {
    const slot = this.#slots.fill(given)
    if (this.#dead) {
      this.#slots.free(slot)
      return Promise.reject(this.#dead)
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ slot, placed, resolve, reject })
      this.#post({ type: 'detect', slot: slot.index, ptsMs })
      if (this.#waiting.length === 1) this.#watch()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#die(new SightlineError('SL_CANCELLED', `${this.#path} was closed before this picture's turn came.`))
    await this.#thread.terminate()
  }

  #post(message: ToOwn): void {
    this.#thread.postMessage(message)
  }

  #hear(message: FromOwn): void {
    const asked = this.#waiting.shift()
    clearTimeout(this.#timer)
    if (this.#waiting.length > 0) this.#watch()
    if (!asked) return
    this.#slots.free(asked.slot)
    if (message.type === 'found') {
      this.invalidBoxes += message.invalid
      asked.resolve(this.#onFrame(message.numbers, asked.placed))
    } else asked.reject(this.#failed(message.type === 'failed' ? message.reason : 'it answered otherwise than asked'))
  }

  /** The time of the picture that it is at. */
  #watch(): void {
    this.#timer = setTimeout(() => {
      this.#die(this.#failed(`it took longer than ${this.#detectMs / 1000} s for a picture`))
      void this.#thread.terminate()
    }, this.#detectMs)
  }

  #die(why: SightlineError): void {
    if (this.#dead) return
    clearTimeout(this.#timer)
    this.#dead = why
    for (const { slot, reject } of this.#waiting.splice(0)) {
      this.#slots.free(slot)
      reject(why)
    }
    this.#slots.refuse(why)
  }

  #failed(reason: string): SightlineError {
    return new SightlineError('SL_DETECTOR_FAILED', `${this.#path} failed: ${reason}.`, { retryable: true })
  }

  /** Boxes of pixels of the input, as `placed` says where the frame lies in it, and best first. */
  #onFrame(numbers: Float64Array, { left, top, width, height }: Fit): DetectionColumns {
    const rows = Array.from({ length: numbers.length / 6 }, (_, row) => numbers.subarray(row * 6, row * 6 + 6))
    const wanted = rows.filter(row => row[4]! >= this.#minScore && (this.#classIds?.includes(row[5]!) ?? true))
    const found = new DetectionColumns(wanted.length)
    for (const [x, y, w, h, score, classId] of wanted.sort((a, b) => b[4]! - a[4]!))
      found.push((x! - left) / width, (y! - top) / height, w! / width, h! / height, score!, classId!)
    return found
  }
}
