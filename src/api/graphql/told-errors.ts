import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { type ErrorCode, SightlineError } from '../../core/errors.ts'

/** An error as whoever asked is told it: with its code, and with nothing of what is inside where nobody foresaw it. */
export function toldError(error: unknown): GraphQLFormattedError {
  const cause = causeOf(error)
  if (cause instanceof SightlineError)
    return { ...placeOf(error), message: cause.message, extensions: { code: cause.code } }
  if (cause instanceof GraphQLError) return { ...placeOf(error), message: cause.message, extensions: { code: refused } }
  const code: ErrorCode = 'SL_INTERNAL'
  return { ...placeOf(error), message: 'Something unforeseen happened.', extensions: { code } }
}

/** What nobody foresaw among `errors`: for the log, and never for whoever asked. */
export function unforeseenIn(errors: readonly unknown[]): Error | undefined {
  const cause = errors.map(causeOf).find(each => !(each instanceof SightlineError || each instanceof GraphQLError))
  return cause === undefined || cause instanceof Error ? cause : new Error(String(cause))
}

const refused: ErrorCode = 'SL_REQUEST_INVALID'

/** What was thrown, wherever in the document that was. */
function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error
}

function placeOf(error: unknown): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  if (!(error instanceof GraphQLError)) return {}
  const { locations, path } = error
  return { ...(locations && { locations }), ...(path && { path }) }
}
