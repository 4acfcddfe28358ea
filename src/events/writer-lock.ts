import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { SightlineError } from '../core/errors.ts'
import { fateOf } from './log-failure.ts'
import { listSegments } from './segment-file.ts'

/** Says that a log's writer lives: a lock of the operating system, gone with its process however that ends. */
export class WriterLock implements Disposable {
  readonly #file: DatabaseSync

  /** Throws SL_LOG_LOCKED where another writer has it. */
  constructor(folder: string) {
    this.#file = new DatabaseSync(lockPath(folder), { timeout: 250 })
    try {
      this.#file.exec('pragma journal_mode = memory; begin exclusive')
    } catch (error) {
      this.#file.close()
      if (fateOf(error) !== 'locked') throw error
      throw new SightlineError(
        'SL_LOG_LOCKED',
        `The log in ${folder} has a writer already: a log is written by one process alone. Give this one another name.`,
        { cause: error }
      )
    }
  }

  [Symbol.dispose](): void {
    if (this.#file.isOpen) this.#file.close()
  }
}

/** Whether a log's writer lives. Never stands in a writer's way. Throws where it cannot be told. */
export function hasWriter(folder: string): boolean {
  const path = lockPath(folder)
  if (!existsSync(path)) return false
  const file = new DatabaseSync(path, { readOnly: true, timeout: 0 })
  try {
    file.prepare('select count(*) from sqlite_schema').get()
    return false
  } catch (error) {
    const fate = fateOf(error)
    // No open file to spare, say: then nobody knows, and a log that lives must not be taken for dead.
    if (fate !== 'locked' && fate !== 'damaged') throw error
    return fate === 'locked'
  } finally {
    file.close()
  }
}

/** True for a folder in which a log's writer has been; not for `lost+found`, and not for what people put beside logs. */
export function isLog(folder: string): boolean {
  return existsSync(lockPath(folder)) || listSegments(folder).length > 0
}

function lockPath(folder: string): string {
  return join(folder, 'writer.lock.sqlite')
}
