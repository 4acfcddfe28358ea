import { type Logger, pino } from 'pino'
import { SightlineError } from './errors.ts'
import { logContext } from './log-context.ts'
import { redactFacts, redactText } from './redact-log.ts'

export type { Logger }

/** The first alone is told of little, the last of nothing. */
export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

/** Where lines go. */
export interface LogDestination {
  write(line: string): void
}

/**
 * The program's own log: JSON lines on standard error, `warn` and worse unless `level` says otherwise. No line has a secret in
 * it, and what happens for a request says which. What people asked for (progress, results, errors) is written by the
 * commands and is no log. Throws SL_OPTION_INVALID.
 */
export function createLog(level = 'warn', destination: LogDestination = standardError()): Logger {
  if (!logLevels.some(each => each === level)) {
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `The log level ${level} is not known: choose one of ${logLevels.join(', ')}.`
    )
  }
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { log: redactFacts },
      // The first is what `redactFacts` made of it; otherwise pino would take it for an error and serialise it anew.
      serializers: { err: facts => facts, msg: text => (typeof text === 'string' ? redactText(text) : text) },
      mixin: contextFacts
    },
    destination
  )
  const { child } = log
  // Formatters are not asked about what a child begins with.
  log.child = function (this: Logger, facts, options) {
    return child.call(this, redactFacts(facts), options)
  } as typeof child
  return log
}

function contextFacts(): Record<string, string> {
  const context = logContext()
  if (!context) return {}
  const { requestId, trace } = context
  return trace ? { requestId, traceId: trace.traceId } : { requestId }
}

/** Where a program's own log goes: written before anything else happens. */
export function standardError(): LogDestination {
  return pino.destination({ dest: 2, sync: true })
}
