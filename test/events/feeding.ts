import { join } from 'node:path'
import { createLog } from '../../src/core/log.ts'
import { type DeadLetterLimits, DeadLetters } from '../../src/events/dead-letters.ts'
import { EventLog, type EventLogOptions } from '../../src/events/event-log.ts'
import { LogFeeder, type LogFeederOptions } from '../../src/events/log-feeder.ts'
import type { Sink } from '../../src/events/sink.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A data folder with logs in it, for as long as a test runs. */
export async function feeding(limits?: DeadLetterLimits) {
  const scope = new AsyncDisposableStack()
  const folder = scope.use(await temporaryFolder())
  const logs = join(folder.path, 'logs')
  const deadLetters = scope.use(new DeadLetters(join(folder.path, 'dead-letters.sqlite'), limits))
  return {
    logs,
    deadLetters,
    openLog: async (name: string, options: Partial<EventLogOptions> = {}) =>
      scope.use(await EventLog.open({ logs, name, ...options })),
    /** Looks often and tries again soon, so that tests are fast. */
    feed: (sinks: readonly Sink[], options: Partial<LogFeederOptions> = {}) =>
      scope.use(
        new LogFeeder({
          logs,
          sinks,
          deadLetters,
          log: createLog('silent'),
          scanMs: 10,
          firstRetryMs: 1,
          lastRetryMs: 5,
          problemAfterMs: 20,
          ...options
        })
      ),
    [Symbol.asyncDispose]: () => scope.disposeAsync()
  }
}
