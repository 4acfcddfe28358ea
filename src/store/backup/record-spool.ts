import { type FileHandle, open, rm } from 'node:fs/promises'
import type { PendingRecords } from '../../events/pending-records.ts'
import { writeError } from './backup-file.ts'
import { hiddenPath, removeAbandoned } from './hidden-file.ts'
import { type RowPart, rowParts } from './row-parts.ts'

/** How far logs were read: the next `seq` by their names. */
export type Positions = ReadonlyMap<string, number>

interface SpooledPart {
  readonly log: string
  readonly lastSeq: number
  readonly rows: number
  readonly at: number
  readonly bytes: number
}

/**
 * Records that the store may not have, put beside a backup before the moment that it shows: whatever the store takes
 * meanwhile, and whatever is removed because the store has it, a record is in one of the two.
 */
export class RecordSpool implements AsyncDisposable {
  readonly #file: FileHandle
  readonly #path: string
  readonly #parts: SpooledPart[] = []
  #bytes = 0
  #unreadable = 0

  private constructor(path: string, file: FileHandle) {
    this.#path = path
    this.#file = file
  }

  /** Takes all that is pending from `positions` on. Throws SL_OUTPUT_FULL, SL_OUTPUT_UNWRITABLE, and what reading throws. */
  static async fill(
    backup: string,
    pending: Pick<PendingRecords, 'names' | 'rows' | 'unreadable'>,
    positions: Positions,
    signal?: AbortSignal
  ): Promise<RecordSpool> {
    await removeAbandoned(backup)
    const path = hiddenPath(backup, 'records')
    await using filling = new AsyncDisposableStack()
    const file = await open(path, 'wx+', 0o600).catch(error => {
      throw writeError(backup, error)
    })
    const spool = filling.use(new RecordSpool(path, file))
    for (const log of pending.names()) {
      for await (const part of rowParts(pending.rows(log, positions.get(log) ?? 1))) {
        if (signal?.aborted) throw writeError(backup, signal.reason)
        await spool.#add(log, part, backup)
      }
    }
    spool.#unreadable = pending.unreadable
    filling.move()
    return spool
  }

  /** Rows of the logs that could not be read. */
  get unreadable(): number {
    return this.#unreadable
  }

  /** The parts of which the store has not everything. */
  async *parts(positions: Positions): AsyncGenerator<{ readonly bytes: Uint8Array; readonly rows: number }> {
    for (const { log, lastSeq, rows, at, bytes } of this.#parts) {
      if (lastSeq < (positions.get(log) ?? 1)) continue
      const { buffer } = await this.#file.read(Buffer.allocUnsafe(bytes), 0, bytes, at)
      yield { bytes: buffer, rows }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close()
    await rm(this.#path, { force: true })
  }

  async #add(log: string, { bytes, rows, last }: RowPart, backup: string): Promise<void> {
    try {
      await this.#file.writeFile(bytes)
    } catch (error) {
      throw writeError(backup, error)
    }
    this.#parts.push({ log, lastSeq: Number(last?.seq), rows, at: this.#bytes, bytes: bytes.byteLength })
    this.#bytes += bytes.byteLength
  }
}
