import { type Logger, pino } from 'pino'
import { SightlineError } from './errors.ts'

export type { Logger }

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']

/**
 * The program's own log: JSON lines on standard error, `warn` and worse unless `level` says otherwise. What people
 * asked for (progress, results, errors) is written by the commands and is no log. Throws SL_OPTION_INVALID.
 */
export function createLog(level = 'warn'): Logger {
  if (!levels.includes(level)) {
    throw new SightlineError(
      'SL_OPTION_INVALID',
      `The log level ${level} is not known: choose one of ${levels.join(', ')}.`
    )
  }
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true })
  )
}
