import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { SightlineError } from '../core/errors.ts'
import type { LetterRow } from './dead-letter-row.ts'
import { DeadLetters } from './dead-letters.ts'
import { packRow } from './log-row.ts'
import { LogWriter } from './log-writer.ts'
import type { PendingRow } from './pending-records.ts'
import { namesIn } from './segment-file.ts'
import { isLog } from './writer-lock.ts'

/** Begins the names of logs that a restore has written. */
export const restoredRole = 'restored'

export interface RestoredPlaces {
  /** Folder of all logs. */
  readonly logs: string
  /** File of the dead letters. */
  readonly deadLetters: string
  /** Gives a name of the role `restored` that no log ever had. */
  readonly nextName: () => string
}

/**
 * Where a restore puts the records that were not in the store: what was on its way goes into a log, which whoever
 * serves the folder brings in, and what was refused among the dead letters.
 */
export class RestoredRecords implements Disposable {
  readonly #places: RestoredPlaces
  #writer: LogWriter | undefined
  #letters: DeadLetters | undefined

  constructor(places: RestoredPlaces) {
    this.#places = places
  }

  /** Removes what a restore that was broken off has left (`again`). Throws SL_RESTORE_NOT_EMPTY where other records wait. */
  begin(again: boolean): void {
    const { logs, deadLetters } = this.#places
    for (const name of namesIn(logs)) {
      const folder = join(logs, name)
      if (name.startsWith('.') || !isLog(folder)) continue
      if (!again || !name.startsWith(`${restoredRole}-`)) throw notEmpty(folder)
      rmSync(folder, { recursive: true })
    }
    if (!existsSync(deadLetters)) return
    const letters = this.#openLetters()
    if (letters.snapshot().letters === 0) return
    if (!again) throw notEmpty(deadLetters)
    letters.clear()
  }

  /** On the disk when it returns. Nothing is checked: they were accepted once. */
  addPending(rows: readonly PendingRow[]): void {
    if (rows.length === 0) return
    const { logs, nextName } = this.#places
    this.#writer ??= new LogWriter({ logs, name: nextName() })
    const packed = rows.map(({ at_ms: atMs, bytes, ...row }) => packRow({ ...row, atMs }, bytes ?? undefined))
    this.#writer.append([
      {
        count: packed.length,
        text: packed.map(({ text }) => text).join('\n'),
        bytes: packed.flatMap(({ bytes }, line) => (bytes ? [[line, bytes] as const] : []))
      }
    ])
    this.#writer.tidy()
  }

  addLetters(rows: readonly LetterRow[]): void {
    this.#openLetters().addRows(rows)
  }

  /** Removes what was added. */
  drop(): void {
    const folder = this.#writer?.folder
    this.#letters?.clear()
    this[Symbol.dispose]()
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }

  [Symbol.dispose](): void {
    this.#writer?.[Symbol.dispose]()
    this.#writer = undefined
    this.#letters?.[Symbol.dispose]()
    this.#letters = undefined
  }

  #openLetters(): DeadLetters {
    this.#letters ??= new DeadLetters(this.#places.deadLetters)
    return this.#letters
  }
}

function notEmpty(place: string): SightlineError {
  return new SightlineError(
    'SL_RESTORE_NOT_EMPTY',
    `${place} has records of another instance that are not in a store, and a restore would mix the two. Give a new folder with --data.`
  )
}
