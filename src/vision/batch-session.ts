import { agree, type Outputs, outputsOf, unshareable } from './batch-outputs.ts'
import type { ModelSession } from './session.ts'

/** What became of one frame of a batch. */
export type FrameOutcome<Result> = { readonly result: Result } | { readonly error: unknown }

export interface BatchOutcome<Result> {
  /** In the order of the frames. */
  readonly frames: readonly FrameOutcome<Result>[]
  /** Why the batch could not be run although every frame of it could: smaller ones are called for. */
  readonly tooMany: string | undefined
}

/** How many frames go through a session at once, and why no more where more were asked for. */
export interface ProvenBatch {
  readonly most: number
  readonly reason: string | undefined
}

/** Makes of a frame's outputs what is wanted, before the next run overwrites them. `index`: which frame it is. */
type Read<Result> = (outputs: Outputs, index: number) => Result

/** Runs several frames through a session at once. A frame that cannot be run does not take the others with it. */
export class BatchSession {
  readonly #session: Pick<ModelSession, 'provider' | 'run'>
  readonly #frameBytes: number
  /** The frames of a run one behind the other, without the slack that lies between slots. */
  #pixels = new Uint8Array(0)

  constructor(session: Pick<ModelSession, 'provider' | 'run'>, frameBytes: number) {
    this.#session = session
    this.#frameBytes = frameBytes
  }

  /** Finds out by runs how many frames can go through at once, up to `wanted`: each has to come out as it does alone. */
  async prove(wanted: number): Promise<ProvenBatch> {
    let reason: string | undefined
    for (let most = wanted; most > 1; most = Math.floor(most / 2)) {
      this.#pixels = new Uint8Array(most * this.#frameBytes)
      try {
        const difference = await this.#difference(most)
        if (difference === undefined) {
          await this.#warmUp(most)
          return { most, reason }
        }
        reason = difference
        break
      } catch (error) {
        reason ??= `${most} frames: ${messageOf(error)}`
      }
    }
    this.#pixels = new Uint8Array(0)
    return { most: 1, reason }
  }

  /** @param frames their pixels, shared memory allowed; no more than were proven */
  async run<Result>(frames: readonly Uint8Array[], read: Read<Result>): Promise<BatchOutcome<Result>> {
    if (frames.length === 1) return { frames: [await this.#runAlone(frames[0]!, 0, read)], tooMany: undefined }
    for (const [index, frame] of frames.entries()) this.#pixels.set(frame, index * this.#frameBytes)
    const size = this.#sizeFor(frames.length)
    try {
      const outputs = await this.#session.run(this.#rows(size), size)
      const outcomes = frames.map((_, index) => attempt(() => read(outputsOf(outputs, index, size), index)))
      return { frames: outcomes, tooMany: undefined }
    } catch (error) {
      const outcomes: FrameOutcome<Result>[] = []
      for (const [index, frame] of frames.entries()) outcomes.push(await this.#runAlone(frame, index, read))
      const isNoFramesFault = outcomes.every(outcome => 'result' in outcome)
      return { frames: outcomes, tooMany: isNoFramesFault ? messageOf(error) : undefined }
    }
  }

  async #runAlone<Result>(frame: Uint8Array, index: number, read: Read<Result>): Promise<FrameOutcome<Result>> {
    try {
      const outputs = await this.#session.run(frame)
      return attempt(() => read(outputs, index))
    } catch (error) {
      return { error }
    }
  }

  /** How frames come out of a batch of `count` otherwise than alone, or undefined when they do not. */
  async #difference(count: number): Promise<string | undefined> {
    const dark = new Uint8Array(this.#frameBytes)
    const striped = Uint8Array.from(dark, (_, at) => at * 31)
    for (let at = 0; at < count; at++) this.#pixels.set(at % 2 === 0 ? dark : striped, at * this.#frameBytes)
    const alone = [copyOf(await this.#session.run(dark)), copyOf(await this.#session.run(striped))] as const
    const outputs = await this.#session.run(this.#pixels, count)
    const together = () => Array.from({ length: count }, (_, index) => outputsOf(outputs, index, count))
    return (
      unshareable(outputs, count) ??
      (agree(alone, together()) ? undefined : 'a frame comes out otherwise beside others than alone')
    )
  }

  /** A graphics card prepares for each size when it first sees it, which takes seconds: so there are few, and all are seen. */
  async #warmUp(most: number): Promise<void> {
    if (this.#session.provider === 'cpu') return
    for (let size = 2; size < most; size *= 2) await this.#session.run(this.#rows(size), size)
  }

  /** Frames that a run of `count` has: on a graphics card the next power of two, filled up with what was there before. */
  #sizeFor(count: number): number {
    if (this.#session.provider === 'cpu') return count
    return Math.min(2 ** Math.ceil(Math.log2(count)), this.#pixels.length / this.#frameBytes)
  }

  #rows(count: number): Uint8Array {
    return this.#pixels.subarray(0, count * this.#frameBytes)
  }
}

function attempt<Result>(work: () => Result): FrameOutcome<Result> {
  try {
    return { result: work() }
  } catch (error) {
    return { error }
  }
}

function copyOf(outputs: Outputs): Outputs {
  return outputs.map(({ name, data, dims }) => ({ name, data: data.slice(), dims }))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
