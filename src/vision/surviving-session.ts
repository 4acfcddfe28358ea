import { SightlineError } from '../core/errors.ts'
import type { OutputTensor } from './families/family.ts'
import type { Provider } from './providers.ts'
import type { ModelSession } from './session.ts'

/** What is needed of a session here. */
type Session = Pick<ModelSession, 'provider' | 'run' | 'keepOutputs'> & AsyncDisposable

interface SurvivalOptions {
  /** Opens the same model on the processor. */
  readonly openOnProcessor: () => Promise<Session>
  /** Told once, when the processor has taken over. */
  readonly onLost: (provider: Provider, reason: string) => void
}

/**
 * A session whose provider may be lost while it runs: a card that is taken away, a driver that is restarted. The processor then
 * does the frame that failed, and all that come after it. What the processor cannot do either is the model's fault or the frame's.
 */
export class SurvivingSession implements AsyncDisposable {
  #session: Session
  readonly #options: SurvivalOptions
  #kept: Parameters<ModelSession['keepOutputs']> | undefined

  constructor(session: Session, options: SurvivalOptions) {
    this.#session = session
    this.#options = options
  }

  get provider(): Provider {
    return this.#session.provider
  }

  /** As a session's. A batch that fails is not yet a loss: it may have been too large. */
  async run(pixels: Uint8Array, count = 1): Promise<OutputTensor[]> {
    try {
      return await this.#session.run(pixels, count)
    } catch (error) {
      if (count > 1 || this.provider === 'cpu' || !isRunFailure(error)) throw error
      return await this.#survive(pixels, error)
    }
  }

  /** As a session's. */
  keepOutputs(...kept: Parameters<ModelSession['keepOutputs']>): void {
    this.#kept = kept
    this.#session.keepOutputs(...kept)
  }

  async #survive(pixels: Uint8Array, error: SightlineError): Promise<OutputTensor[]> {
    const lost = this.#session
    await using taking = new AsyncDisposableStack()
    let outputs: OutputTensor[]
    try {
      const processor = taking.use(await this.#options.openOnProcessor())
      if (this.#kept) processor.keepOutputs(...this.#kept)
      outputs = await processor.run(pixels)
      this.#session = processor
    } catch {
      throw error
    }
    taking.move()
    try {
      await lost[Symbol.asyncDispose]()
    } catch {
      // Of a card that is gone nothing can be given back.
    }
    this.#options.onLost(lost.provider, error.message)
    return outputs
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session[Symbol.asyncDispose]()
  }
}

function isRunFailure(error: unknown): error is SightlineError {
  return error instanceof SightlineError && error.code === 'SL_MODEL_RUN_FAILED'
}
