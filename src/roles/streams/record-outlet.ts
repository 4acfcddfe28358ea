import { setTimeout as pause } from 'node:timers/promises'
import type { LogRecord } from '../../contract/record.ts'
import { SightlineError } from '../../core/errors.ts'
import type { EventLog } from '../../events/event-log.ts'

/** Records of one stream that wait for the log. Beyond this the newest are given up, and counted: a stream never waits. */
const mostWaiting = 10_000
const retryMs = 500

/**
 * From a stream to its worker's log. A disk that is full or slow is waited for with what has come in the meantime;
 * detection goes on.
 */
export class RecordOutlet {
  readonly #log: EventLog
  #waiting: LogRecord[] = []
  #tellKept: (() => void)[] = []
  #writing: Promise<void> | undefined
  #isClosing = false
  /** Records given up: there was no place for them for too long. */
  lost = 0

  constructor(log: EventLog) {
    this.#log = log
  }

  /** `kept` is called once all that was added up to now is on the disk. */
  add(records: readonly LogRecord[], kept?: () => void): void {
    const room = mostWaiting - this.#waiting.length
    if (records.length > room) this.lost += records.length - room
    for (const record of records.slice(0, Math.max(0, room))) this.#waiting.push(record)
    if (kept) this.#tellKept.push(kept)
    if (this.#waiting.length > 0) this.#writing ??= this.#write()
  }

  /** Returns when everything is on the disk, or, where the disk takes nothing, after one more try. */
  async close(): Promise<void> {
    this.#isClosing = true
    await this.#writing
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const records = this.#waiting
      const kept = this.#tellKept.splice(0)
      this.#waiting = []
      try {
        await this.#log.append(records)
        for (const tell of kept) tell()
      } catch (error) {
        if (!(error instanceof SightlineError) || !error.retryable || this.#isClosing) {
          this.lost += records.length
          continue
        }
        this.#waiting = [...records, ...this.#waiting]
        this.#tellKept = [...kept, ...this.#tellKept].slice(0, mostWaiting)
        if (this.#waiting.length > mostWaiting) this.lost += this.#waiting.splice(mostWaiting).length
        await pause(retryMs)
      }
    }
    this.#writing = undefined
  }
}
