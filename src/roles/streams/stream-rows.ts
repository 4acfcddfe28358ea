import type { Stream, Streams } from '../../store/streams.ts'
import { type KeptSettings, keptSettings, type StreamRow } from './stream-row.ts'

const pageRows = 200

/** The rows of live streams in the store, as they were written last: but for their sites they have no other writer. */
export class StreamRows {
  readonly #streams: Streams
  readonly #rows: Map<string, Stream>

  private constructor(streams: Streams, rows: Map<string, Stream>) {
    this.#streams = streams
    this.#rows = rows
  }

  static async open(streams: Streams): Promise<StreamRows> {
    const rows = new Map<string, Stream>()
    let cursor: string | undefined
    do {
      const page = await streams.page({ limit: pageRows, cursor })
      for (const row of page.items) rows.set(row.name, row)
      cursor = page.next
    } while (cursor !== undefined)
    return new StreamRows(streams, rows)
  }

  all(): readonly Stream[] {
    return [...this.#rows.values()]
  }

  of(name: string): KeptSettings | undefined {
    const row = this.#rows.get(name)
    return row && keptSettings(row)
  }

  /** The streams of the settings file have these rows, and others of theirs are marked as removed. */
  async follow(wanted: ReadonlyMap<string, StreamRow>): Promise<void> {
    for (const [name, row] of this.#rows)
      if (keptSettings(row)?.origin === 'config' && !wanted.has(name)) await this.remove(name)
    const changed = [...wanted.values()].flatMap(row => this.#changed(row) ?? [])
    for (let at = 0; at < changed.length; at += pageRows) await this.#write(changed.slice(at, at + pageRows))
  }

  /** @throws SL_NAME_TAKEN for a name that is in use, or was and is not to be given `again` */
  async add(row: StreamRow, again: boolean): Promise<void> {
    const born = { ...row, createdMs: Date.now() }
    const stream = { ...born, site: null }
    if (again && !(await this.#streams.byName(row.name))) await this.#streams.put(born)
    else await this.#streams.create(stream)
    this.#rows.set(row.name, stream)
  }

  async put(row: StreamRow): Promise<void> {
    const changed = this.#changed(row)
    if (changed) await this.#write([changed])
  }

  #changed(row: StreamRow): Stream | undefined {
    const known = this.#rows.get(row.name)
    if (known && isSame(known, row)) return undefined
    return { ...row, site: known?.site ?? null, createdMs: known?.createdMs ?? Date.now() }
  }

  async #write(rows: readonly Stream[]): Promise<void> {
    await this.#streams.putAll(rows.map(({ site: _, ...row }) => row))
    for (const row of rows) this.#rows.set(row.name, row)
  }

  async remove(name: string): Promise<void> {
    await this.#streams.remove(name, Date.now())
    this.#rows.delete(name)
  }
}

function isSame(known: Stream, { title, source, settings }: StreamRow): boolean {
  const facts = (row: Pick<Stream, 'title' | 'source' | 'settings'>) =>
    JSON.stringify([row.title, row.source, row.settings])
  return facts(known) === facts({ title, source, settings })
}
