import type { Static, TObject } from 'typebox'
import Compile from 'typebox/compile'
import type { Principal } from '../../access/principal.ts'
import { SightlineError } from '../../core/errors.ts'
import type { Sources } from '../resources/sources.ts'
import { type Links, linksOf } from './links.ts'

/** What fields are answered with: one for each document. */
export interface Asking {
  /** As they are now. */
  readonly principal: Principal
  readonly sources: Sources
  readonly links: Links
}

/** @param principal as they are at the time */
export function askingOf(sources: () => Sources, principal: () => Principal): Asking {
  return new Answering(sources, principal)
}

/** A class, as `RouteCall` is. */
class Answering implements Asking {
  readonly links: Links
  readonly #sources: () => Sources
  readonly #principal: () => Principal

  constructor(sources: () => Sources, principal: () => Principal) {
    this.links = linksOf(sources, principal)
    this.#sources = sources
    this.#principal = principal
  }

  get principal(): Principal {
    return this.#principal()
  }

  get sources(): Sources {
    return this.#sources()
  }
}

export type Arguments = Readonly<Record<string, unknown>>

/** Gives what arguments have to be by a schema that REST has too; null is as good as left out. @throws SL_REQUEST_INVALID */
export function argumentsOf<Form extends TObject>(form: Form): (given: Arguments) => Static<Form> {
  const read = exactly(form)
  return given => read(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null)))
}

/** Gives what JSON has to be, in which null may mean something. @throws SL_REQUEST_INVALID */
export function exactly<Form extends TObject>(form: Form): (given: unknown) => Static<Form> {
  const compiled = Compile(form)
  return given => {
    // Literals of a document have no prototype, unlike variables.
    const value: unknown = structuredClone(given)
    if (compiled.Check(value)) return value as Static<Form>
    const [error] = compiled.Errors(value)
    const where = error?.instancePath ? `\`${error.instancePath.slice(1)}\`` : 'What was asked'
    throw new SightlineError('SL_REQUEST_INVALID', `${where} ${error?.message ?? 'is wrong'}.`)
  }
}
