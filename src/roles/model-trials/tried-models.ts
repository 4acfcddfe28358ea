import Type from 'typebox'
import { AppendedLines } from '../../core/appended-lines.ts'

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

/** Models that were tried. One whose line cannot be read is tried again. */
export class TriedModels {
  readonly #lines: AppendedLines<typeof Tried>

  constructor(path: string) {
    this.#lines = new AppendedLines(path, Tried)
  }

  find(digest: string, runtime: string): Promise<Tried | undefined> {
    return this.#lines.findLast(tried => tried.digest === digest && tried.runtime === runtime)
  }

  /** Throws what the file system throws. */
  note(tried: Tried): Promise<void> {
    return this.#lines.add(tried)
  }
}
