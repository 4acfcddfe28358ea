import Type from 'typebox'
import Value from 'typebox/value'
import { SightlineError } from '../../core/errors.ts'
import { readSecretFile, writeSecretFile } from '../../core/secret-file.ts'

const closed = { additionalProperties: false }
const Addresses = Type.Object({ source: Type.String(), detectSource: Type.Optional(Type.String()) }, closed)
export type Addresses = Type.Static<typeof Addresses>
const File = Type.Object({ version: Type.Literal(1), streams: Type.Record(Type.String(), Addresses) }, closed)

/**
 * Addresses of the streams that were added while we ran, with what opens them. The store and its backups have them
 * without; this file is the owner's alone and stays on its machine.
 */
export class StreamAddresses {
  readonly #path: string
  readonly #known: Map<string, Addresses>
  #isThere: boolean

  private constructor(path: string, known: Map<string, Addresses>, isThere: boolean) {
    this.#path = path
    this.#known = known
    this.#isThere = isThere
  }

  /** @throws SL_CONFIG_INVALID for a file that is no such file */
  static async open(path: string): Promise<StreamAddresses> {
    const text = await readSecretFile(path)
    if (text === undefined) return new StreamAddresses(path, new Map(), false)
    try {
      const { streams } = Value.Parse(File, JSON.parse(text))
      return new StreamAddresses(path, new Map(Object.entries(streams)), true)
    } catch {
      // Without the cause: it would show what is in there.
      const way = 'Put it back as it was, or remove it and give the addresses of added streams again.'
      throw new SightlineError('SL_CONFIG_INVALID', `${path} holds no addresses of streams. ${way}`)
    }
  }

  of(stream: string): Addresses | undefined {
    return this.#known.get(stream)
  }

  /** Undefined forgets them. On the disk when this returns. */
  async set(stream: string, addresses: Addresses | undefined): Promise<void> {
    if (JSON.stringify(this.#known.get(stream)) === JSON.stringify(addresses)) return
    const next = new Map(this.#known)
    if (addresses) next.set(stream, addresses)
    else next.delete(stream)
    const text = JSON.stringify({ version: 1, streams: Object.fromEntries(next) }, undefined, 2)
    await writeSecretFile(this.#path, text, this.#isThere ? 'next' : 'first')
    this.#isThere = true
    if (addresses) this.#known.set(stream, addresses)
    else this.#known.delete(stream)
  }
}
