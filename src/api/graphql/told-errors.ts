import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Principal } from '../../access/principal.ts'
import { type ErrorCode, SightlineError } from '../../core/errors.ts'
import { isInside } from '../../core/told-message.ts'
import { toldTo } from '../problem.ts'

/**
 * Errors as `principal` is told them: with their codes, with nothing of what is inside where nobody foresaw it, and, but for
 * admins, with nothing of where things are.
 */
export function toldErrors(errors: readonly unknown[], principal: Principal): readonly ToldError[] {
  return errors.map(error => {
    const cause = causeOf(error)
    const told = (message: string, code: ErrorCode) => ({ ...placeOf(error), message, extensions: { code } })
    if (cause instanceof SightlineError) return told(toldTo(principal, cause), cause.code)
    if (cause instanceof GraphQLError) return told(cause.message, 'SL_REQUEST_INVALID')
    return told('Something unforeseen happened.', 'SL_INTERNAL')
  })
}

interface ToldError extends GraphQLFormattedError {
  readonly extensions: { readonly code: ErrorCode }
}

/** What is wrong with us, and not with what was asked: for the log. Such as nobody foresaw goes first. */
export function failureIn(errors: readonly unknown[]): Failure | undefined {
  const causes = errors.map(causeOf)
  const unforeseen = causes.find(each => !(each instanceof SightlineError || each instanceof GraphQLError))
  if (unforeseen !== undefined)
    return { error: unforeseen instanceof Error ? unforeseen : new Error(String(unforeseen)), isUnforeseen: true }
  const inside = causes.find(each => each instanceof SightlineError && isInside(each.code))
  return inside === undefined ? undefined : { error: inside as SightlineError, isUnforeseen: false }
}

export interface Failure {
  readonly error: Error
  readonly isUnforeseen: boolean
}

/** What was thrown, wherever in the document that was. */
function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error
}

function placeOf(error: unknown): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  if (!(error instanceof GraphQLError)) return {}
  const { locations, path } = error
  return { ...(locations && { locations }), ...(path && { path }) }
}
