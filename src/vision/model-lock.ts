import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import Type, { type Static } from 'typebox'
import Value from 'typebox/value'
import { SightlineError } from '../core/errors.ts'

const Pin = Type.Object({
  name: Type.String(),
  url: Type.String(),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  bytes: Type.Integer({ minimum: 0 })
})
/** The checksum that a URL's bytes had when they were first downloaded. */
export type Pin = Static<typeof Pin>

/**
 * Checksums pinned at first download, one JSON object a line. Lines are only ever appended and the first one for a
 * URL counts, so processes that pin at the same time agree without a lock.
 */
export class ModelLock {
  readonly path: string

  constructor(path: string) {
    this.path = path
  }

  /** The pin of a URL, if it has one. Throws SL_CATALOGUE_INVALID naming the line that is no pin. */
  async find(url: string): Promise<Pin | undefined> {
    return (await this.#pins()).find(pin => pin.url === url)
  }

  /** Pins a URL unless it is pinned already, and returns the pin that counts. Throws SL_OUTPUT_UNWRITABLE. */
  async pin({ name, url, sha256, bytes }: Pin): Promise<Pin> {
    const earlier = await this.find(url)
    if (earlier) return earlier
    try {
      await mkdir(dirname(this.path), { recursive: true })
      await appendFile(this.path, `${JSON.stringify({ name, url, sha256, bytes })}\n`, { flush: true })
    } catch (cause) {
      throw new SightlineError(
        'SL_OUTPUT_UNWRITABLE',
        `The checksum of ${name} cannot be pinned in ${this.path}: ${(cause as Error).message}. SIGHTLINE_DATA names the folder it is kept in.`,
        { cause }
      )
    }
    // Another process may have been first.
    return (await this.find(url))!
  }

  async #pins(): Promise<Pin[]> {
    let text: string
    try {
      text = await readFile(this.path, 'utf8')
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw this.#invalid(`cannot be read: ${(cause as Error).message}`, cause)
    }
    return text.split('\n').flatMap((line, index) => (line.trim() === '' ? [] : [this.#parse(line, index + 1)]))
  }

  #parse(line: string, number: number): Pin {
    let pin: unknown
    try {
      pin = JSON.parse(line)
    } catch (cause) {
      throw this.#invalid(`has a line ${number} that is not JSON; remove that line`, cause)
    }
    if (!Value.Check(Pin, pin)) {
      throw this.#invalid(`has a line ${number} without name, url, sha256 and bytes; remove that line`)
    }
    return pin
  }

  #invalid(what: string, cause?: unknown): SightlineError {
    return new SightlineError('SL_CATALOGUE_INVALID', `The file of pinned checksums ${this.path} ${what}.`, { cause })
  }
}
