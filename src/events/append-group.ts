import type { SightlineError } from '../core/errors.ts'
import type { LogRow } from './log-row.ts'
import type { PackedRows } from './log-segment.ts'

/** Somebody who waits for the disk. */
export interface Waiting {
  readonly records: number
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: SightlineError) => void
}

/** Rows gathered for one message to the thread that writes: one text, and the bytes that go with it. */
export class AppendGroup {
  readonly waiting: Waiting[] = []
  readonly #lines: string[] = []
  readonly #blobs: [line: number, bytes: Uint8Array<ArrayBuffer>][] = []

  get isEmpty(): boolean {
    return this.waiting.length === 0
  }

  /** Resolves when they are on the disk. `bytes`: about what they take there. */
  add(rows: readonly LogRow[], bytes: number): Promise<void> {
    for (const row of rows) {
      // A copy that is handed over: the caller's buffer stays the caller's, and a view would take its whole pool along.
      if (row.bytes) this.#blobs.push([this.#lines.length, new Uint8Array(row.bytes)])
      this.#lines.push(row.text)
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    this.waiting.push({ records: rows.length, bytes, resolve, reject })
    return promise
  }

  pack(): PackedRows {
    return { count: this.#lines.length, text: this.#lines.join('\n'), bytes: this.#blobs }
  }

  /** What changes hands with the message instead of being copied once more. */
  transfer(): ArrayBuffer[] {
    return this.#blobs.map(([, { buffer }]) => buffer)
  }
}
