import { type Layers, settingsOf } from '../../config/setting-layers.ts'
import { SightlineError } from '../../core/errors.ts'

/** A part cannot use settings. */
export class PartFault extends Error {
  readonly section: string

  constructor(section: string, cause: unknown) {
    super('a part cannot use the settings', { cause })
    this.section = section
  }

  /** What the part said, with the key that it is about. */
  told(): unknown {
    const { section, cause } = this
    if (!(cause instanceof SightlineError) || keyOf(cause) !== undefined) return cause
    return new SightlineError(cause.code, `${section}: ${cause.message}`, { cause })
  }
}

/** The key that a message begins with, such as `retention.disk`. */
export function keyOf(error: unknown): string | undefined {
  return /^[a-zA-Z]+(?:\.[a-zA-Z]+)*(?=: )/.exec((error as Error).message)?.[0]
}

/** Throws what a part said in the place of its fault. */
export function unwrapped(error: unknown): never {
  throw error instanceof PartFault ? error.told() : error
}

/** Keys of what was said beside the file that it does not go together with; none where the file alone cannot be used. */
export function toBlame({ file, said, environment }: Layers, error: unknown): readonly string[] {
  const keys = Object.keys(said)
  if (error instanceof PartFault)
    return keys.filter(key => key === error.section || key.startsWith(`${error.section}.`))
  const alone = keys.filter(key => !canBe({ file, said: { [key]: said[key]! }, environment }))
  return alone.length > 0 ? alone : canBe({ file, said: {}, environment }) ? keys : []
}

function canBe(layers: Layers): boolean {
  try {
    settingsOf(layers)
    return true
  } catch {
    return false
  }
}
