import Type from 'typebox'
import Value from 'typebox/value'
import type { Seal } from '../../core/seal.ts'

const address = Type.Optional(Type.String())
const Kept = Type.Object({ source: address, detectSource: address, entry: address }, { additionalProperties: false })
export type Addresses = Pick<Type.Static<typeof Kept>, 'source' | 'detectSource'>
/** Addresses with what opens them; `entry` marks what the settings file said when they were given. */
export type KeptSecrets = Type.Static<typeof Kept>

/** What of streams nobody may read who has the store, or a backup of it, alone. */
export class StreamSecrets {
  readonly #seal: Seal

  constructor(seal: Seal) {
    this.#seal = seal
  }

  /** @param before given back where it holds the same: sealing writes everything differently each time */
  close(stream: string, secrets: KeptSecrets, before?: string): string {
    const text = JSON.stringify(secrets)
    if (before !== undefined && this.#seal.open(before, purposeOf(stream)) === text) return before
    return this.#seal.close(text, purposeOf(stream))
  }

  /** Undefined for what another key closed: the store has come here without its own. */
  open(stream: string, sealed: string | undefined): KeptSecrets | undefined {
    const text = sealed === undefined ? undefined : this.#seal.open(sealed, purposeOf(stream))
    const secrets: unknown = text === undefined ? undefined : JSON.parse(text)
    return Value.Check(Kept, secrets) ? secrets : undefined
  }
}

/** An address that was taken from one stream to another would send its password to another camera. */
function purposeOf(stream: string): string {
  return `addresses of the stream ${stream}`
}
