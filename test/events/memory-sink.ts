import type { LogRecord } from '../../src/contract/record.ts'
import type { LogBatch, Refusal, Sink } from '../../src/events/sink.ts'

export interface MemorySinkScript {
  readonly name?: string
  readonly required?: boolean
  /** Called before a batch is taken: may throw, wait, or give refusals. */
  readonly before?: (batch: LogBatch) => Promise<readonly Refusal[] | undefined> | readonly Refusal[] | undefined
}

/** A sink as a sink should be: records and position together, ids taken once. Outlives the feeders it is given to. */
export class MemorySink implements Sink {
  readonly name: string
  readonly required: boolean
  readonly records = new Map<string, LogRecord>()
  readonly batches: LogBatch[] = []
  readonly positions = new Map<string, number>()
  readonly forgotten: string[] = []
  /** Records handed over again. */
  repeated = 0
  /** What of a job's log has come so far. */
  #staged: LogRecord[] = []
  readonly #before: MemorySinkScript['before']
  readonly #watchers = new Set<() => void>()

  constructor({ name = 'memory', required = true, before }: MemorySinkScript = {}) {
    this.name = name
    this.required = required
    this.#before = before
  }

  async position(log: string): Promise<number> {
    return this.positions.get(log) ?? 1
  }

  async take(batch: LogBatch): Promise<readonly Refusal[]> {
    const refusals = (await this.#asked(batch)) ?? []
    const refused = new Set(refusals.map(({ seq }) => seq))
    const records = batch.records.filter(({ seq }) => !refused.has(seq)).map(({ record }) => record)
    this.batches.push(batch)
    if (!batch.replaces) {
      for (const record of records) this.#keep(record)
      this.positions.set(batch.log, batch.nextSeq)
    } else {
      if (batch.replaces.first) this.#staged = []
      this.#staged.push(...records)
      if (batch.replaces.ends) this.#replace(batch, batch.replaces)
    }
    for (const look of this.#watchers) look()
    return refusals
  }

  async forget(log: string): Promise<void> {
    this.positions.delete(log)
    this.forgotten.push(log)
    for (const look of this.#watchers) look()
  }

  /** Resolves when `condition` holds, looked at after everything that happens here. */
  until(condition: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const look = () => {
        if (!condition()) return
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
  }

  /** A replacement that breaks off is forgotten as a whole, as a transaction is. */
  async #asked(batch: LogBatch): Promise<readonly Refusal[] | undefined> {
    try {
      return await this.#before?.(batch)
    } catch (error) {
      if (batch.replaces) this.#staged = []
      throw error
    }
  }

  #replace(batch: LogBatch, { stream, epoch }: { readonly stream: string; readonly epoch: number }): void {
    for (const [id, record] of this.records) {
      if (record.stream === stream && record.epoch === epoch) this.records.delete(id)
    }
    for (const record of this.#staged.splice(0)) this.#keep(record)
    this.positions.set(batch.log, batch.nextSeq)
  }

  #keep(record: LogRecord): void {
    const key = `${record.type} ${record.id}`
    if (this.records.has(key)) this.repeated++
    else this.records.set(key, record)
  }
}
