import { SightlineError } from '../core/errors.ts'
import { pixelSlackBytes } from '../core/fit.ts'
import type { PixelSlot } from './detector.ts'

/** A place in the memory that a pool shares with its sessions. */
export interface SharedSlot extends PixelSlot {
  readonly index: number
  state: 'free' | 'acquired' | 'running'
}

interface Waiter {
  readonly resolve: (slot: PixelSlot) => void
  readonly reject: (error: SightlineError) => void
}

/** The places for frames, and who waits for one: that is the bound of everything that waits for a model. */
export class SlotRing {
  readonly frameBytes: number
  /** All slots, one after the other: `frameBytes` and the slack behind them each. */
  readonly memory: SharedArrayBuffer
  readonly #all: readonly SharedSlot[]
  #slots: readonly SharedSlot[]
  readonly #waiting: Waiter[] = []
  #acquired = 0

  constructor(frameBytes: number, count: number) {
    const stride = frameBytes + pixelSlackBytes
    this.frameBytes = frameBytes
    this.memory = new SharedArrayBuffer(count * stride)
    this.#all = Array.from({ length: count }, (_, index) => ({
      index,
      state: 'free',
      pixels: Buffer.from(this.memory, index * stride, stride)
    }))
    this.#slots = this.#all
  }

  /** No more than `count` slots are in use from now on. Fewer than until now only before any is. */
  limit(count: number): void {
    const before = this.#slots.length
    this.#slots = this.#all.slice(0, count)
    for (const slot of this.#slots.slice(before)) this.free(slot)
  }

  /** How many may be in use. */
  get count(): number {
    return this.#slots.length
  }

  /** Whether frames are being put into slots right now. */
  get areFilling(): boolean {
    return this.#acquired > 0
  }

  acquire(): Promise<PixelSlot> {
    const free = this.#slots.find(({ state }) => state === 'free')
    if (!free) return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
    this.#give(free)
    return Promise.resolve(free)
  }

  /** The slot is full, and a session's to read until it is freed. @throws SL_INTERNAL */
  fill(slot: PixelSlot): SharedSlot {
    const own = this.#own(slot)
    own.state = 'running'
    this.#acquired--
    return own
  }

  /** Nothing came of it. @throws SL_INTERNAL */
  release(slot: PixelSlot): void {
    const own = this.#own(slot)
    this.#acquired--
    this.free(own)
  }

  /** Its session has read it. Whoever waits longest gets it. */
  free(slot: SharedSlot): void {
    slot.state = 'free'
    const next = this.#waiting.shift()
    if (!next) return
    this.#give(slot)
    next.resolve(slot)
  }

  refuse(error: SightlineError): void {
    for (const { reject } of this.#waiting.splice(0)) reject(error)
  }

  #give(slot: SharedSlot): void {
    slot.state = 'acquired'
    this.#acquired++
  }

  #own(slot: PixelSlot): SharedSlot {
    const own = this.#slots.find(candidate => candidate === slot)
    if (own?.state === 'acquired') return own
    throw new SightlineError('SL_INTERNAL', 'A pixel slot was used without being acquired, or after it was given back.')
  }
}
