import { randomBytes } from 'node:crypto'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openLocalFile } from './local-file.ts'

/** Highest epoch of each stream. Several processes may have it open. */
export class EpochLedger implements Disposable {
  readonly #file: DatabaseSync
  readonly #next: StatementSync

  constructor(path: string) {
    this.#file = openLocalFile({
      path,
      version: 1,
      synchronous: 'full',
      tables: 'create table if not exists epochs (stream text primary key, epoch integer not null) without rowid'
    })
    this.#next = this.#file.prepare(
      `insert into epochs values (?, max(1, ?)) on conflict (stream)
       do update set epoch = max(epoch + 1, excluded.epoch) returning epoch`
    )
  }

  /**
   * An epoch that the stream never had, on the disk when this returns. `atLeast`: what others know of, such as the
   * store's highest and one more; for when this file was lost.
   */
  next(stream: string, atLeast = 1): number {
    // All rows: the statement commits after its last one, and who asks for the first alone hears of no failure in that.
    const [row] = this.#next.all(stream, atLeast)
    return Number(row!.epoch)
  }

  /** `next` for each of these, in one wait for the disk. A stream that is named twice gets two. */
  nextOfAll(asked: readonly { readonly stream: string; readonly atLeast: number }[]): readonly number[] {
    this.#file.exec('begin immediate')
    try {
      const given = asked.map(({ stream, atLeast }) => this.next(stream, atLeast))
      this.#file.exec('commit')
      return given
    } catch (error) {
      if (this.#file.isTransaction) this.#file.exec('rollback')
      throw error
    }
  }

  /** A stream's highest epoch; 0 for one that never had any. */
  highest(stream: string): number {
    const row = this.#file.prepare('select epoch from epochs where stream = ?').get(stream)
    return Number(row?.epoch ?? 0)
  }

  /** Every stream's highest epoch, for a backup. */
  all(): readonly { readonly stream: string; readonly epoch: number }[] {
    const rows = this.#file.prepare('select stream, epoch from epochs order by stream').all()
    return rows.map(({ stream, epoch }) => ({ stream: String(stream), epoch: Number(epoch) }))
  }

  /**
   * Name for the log of one life of a process: `worker-1` gives `worker-1-7-3f9a12c4`. Never given twice, not even
   * after the ledger was lost: a position remembered for an older log must not hide records of this one.
   */
  nextLogName(role: string): string {
    return `${role}-${this.next(`log ${role}`)}-${randomBytes(4).toString('hex')}`
  }

  [Symbol.dispose](): void {
    if (this.#file.isOpen) this.#file.close()
  }
}
