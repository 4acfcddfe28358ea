import type { EpochLedger } from './epoch-ledger.ts'

interface Asked {
  readonly stream: string
  readonly atLeast: number
  readonly resolve: (epoch: number) => void
  readonly reject: (error: unknown) => void
}

/** Gives epochs to many streams of one process: who asks at about the same time waits for the disk once, together. */
export class EpochDesk {
  readonly #ledger: Pick<EpochLedger, 'nextOfAll'>
  #asked: Asked[] = []

  constructor(ledger: Pick<EpochLedger, 'nextOfAll'>) {
    this.#ledger = ledger
  }

  /** As `EpochLedger.next`. */
  next(stream: string, atLeast: number): Promise<number> {
    if (this.#asked.length === 0) setImmediate(() => this.#give())
    return new Promise((resolve, reject) => this.#asked.push({ stream, atLeast, resolve, reject }))
  }

  #give(): void {
    const asked = this.#asked.splice(0)
    try {
      const epochs = this.#ledger.nextOfAll(asked)
      for (const [index, { resolve }] of asked.entries()) resolve(epochs[index]!)
    } catch (error) {
      for (const { reject } of asked) reject(error)
    }
  }
}
