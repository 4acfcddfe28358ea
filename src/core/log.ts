import { type Logger, pino } from 'pino'

export type { Logger }

/**
 * The program's own log: JSON lines on standard error, `warn` and worse unless `level` says otherwise. What people
 * asked for (progress, results, errors) is written by the commands and is no log.
 */
export function createLog(level = 'warn'): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true })
  )
}
