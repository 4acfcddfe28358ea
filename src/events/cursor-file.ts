import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openLocalFile } from './local-file.ts'

/**
 * Positions of sinks that have no transaction of their own. A power cut may set one back by seconds: its sink is then
 * handed again what it has, which ids make harmless.
 */
export class CursorFile implements Disposable {
  readonly #file: DatabaseSync
  readonly #get: StatementSync
  readonly #set: StatementSync
  readonly #forget: StatementSync

  constructor(path: string) {
    this.#file = openLocalFile({
      path,
      version: 1,
      synchronous: 'normal',
      tables:
        'create table if not exists cursors (sink text, log text, next_seq integer not null, primary key (sink, log))'
    })
    this.#get = this.#file.prepare('select next_seq from cursors where sink = ? and log = ?')
    this.#set = this.#file.prepare('insert or replace into cursors values (?, ?, ?)')
    this.#forget = this.#file.prepare('delete from cursors where sink = ? and log = ?')
  }

  /** 1 for a log that the sink never saw. */
  position(sink: string, log: string): number {
    return (this.#get.get(sink, log) as { next_seq: number } | undefined)?.next_seq ?? 1
  }

  remember(sink: string, log: string, nextSeq: number): void {
    this.#set.run(sink, log, nextSeq)
  }

  forget(sink: string, log: string): void {
    this.#forget.run(sink, log)
  }

  [Symbol.dispose](): void {
    if (this.#file.isOpen) this.#file.close()
  }
}
