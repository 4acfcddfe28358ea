import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import Type from 'typebox'
import Value from 'typebox/value'

const Tried = Type.Object({
  /** Of all its files. */
  digest: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** Version of what ran it: another one may do otherwise. */
  runtime: Type.String(),
  /** Why it was refused, as the end of a sentence; null where it may be let near streams. */
  refusal: Type.Union([Type.String(), Type.Null()]),
  atMs: Type.Integer()
})
/** What came of the trial of a model. */
export type Tried = Type.Static<typeof Tried>

/**
 * Models that were tried, one JSON object a line; of several lines the last counts. Lines are only ever appended, so that
 * processes that try at the same time need no lock. What is no such line counts for nothing: a model is tried again then.
 */
export class TriedModels {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  async find(digest: string, runtime: string): Promise<Tried | undefined> {
    const text = await readFile(this.#path, 'utf8').catch(() => '')
    return text
      .split('\n')
      .flatMap(line => parse(line) ?? [])
      .findLast(tried => tried.digest === digest && tried.runtime === runtime)
  }

  /** Throws what the file system throws. */
  async note(tried: Tried): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
    await appendFile(this.#path, `${JSON.stringify(tried)}\n`, { mode: 0o600 })
  }
}

function parse(line: string): Tried | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return Value.Check(Tried, value) ? value : undefined
  } catch {
    return undefined
  }
}
