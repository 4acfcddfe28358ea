import type { PixelRequest } from '../core/fit.ts'
import type { PixelSlot } from './detector.ts'
import type { SessionPool } from './session-pool.ts'
import type { TaskResult } from './session-task.ts'

/** What models have in common that take the crop of an object as it is, and say something of all of it. */
export class CropModel implements AsyncDisposable {
  readonly name: string
  readonly request: PixelRequest
  readonly #pool: SessionPool

  constructor(name: string, request: PixelRequest, pool: SessionPool) {
    this.name = name
    this.request = request
    this.#pool = pool
  }

  get provider(): string {
    return this.#pool.provider
  }

  /** 0 once its sessions have all died. */
  get concurrency(): number {
    return this.#pool.concurrency
  }

  acquire(): Promise<PixelSlot> {
    return this.#pool.acquire()
  }

  release(slot: PixelSlot): void {
    this.#pool.release(slot)
  }

  /** Rejects with SL_MODEL_RUN_FAILED. */
  protected run(slot: PixelSlot): Promise<TaskResult> {
    const { width, height } = this.request
    return this.#pool.run(slot, { left: 0, top: 0, width, height })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#pool[Symbol.asyncDispose]()
  }
}
