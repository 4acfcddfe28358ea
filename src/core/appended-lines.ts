import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Static, TSchema } from 'typebox'
import Value from 'typebox/value'

/**
 * What is remembered, one JSON object a line. Lines are only ever appended, so that processes that write at the same time need no
 * lock; of several about the same thing the last counts. What is no such line counts for nothing.
 */
export class AppendedLines<Schema extends TSchema> {
  readonly #path: string
  readonly #schema: Schema

  constructor(path: string, schema: Schema) {
    this.#path = path
    this.#schema = schema
  }

  /** The last of which that is so; undefined also where nothing can be read. */
  async findLast(isIt: (line: Static<Schema>) => boolean): Promise<Static<Schema> | undefined> {
    const text = await readFile(this.#path, 'utf8').catch(() => '')
    return text
      .split('\n')
      .flatMap(line => this.#parse(line))
      .findLast(isIt)
  }

  /** Throws what the file system throws. */
  async add(line: Static<Schema>): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
    await appendFile(this.#path, `${JSON.stringify(line)}\n`, { mode: 0o600 })
  }

  #parse(line: string): Static<Schema>[] {
    try {
      const value: unknown = JSON.parse(line)
      return Value.Check(this.#schema, value) ? [value as Static<Schema>] : []
    } catch {
      return []
    }
  }
}
