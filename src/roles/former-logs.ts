import { join } from 'node:path'
import { namesIn } from '../events/segment-file.ts'
import { isLog } from '../events/writer-lock.ts'

/** Whether there is a log with this name, of live streams and not of a job. What people put beside logs is none. */
export function isWorkersLog(logs: string, name: string): boolean {
  return name.startsWith('live-') && isLog(join(logs, name))
}

/** The logs that workers of earlier processes left, or still end. Each goes when all that is in it is in the store. */
export class FormerLogs {
  readonly names: ReadonlySet<string>
  readonly #logs: string
  readonly #left: Set<string>

  /** @param logs where all are, before any worker of this process has begun */
  constructor(logs: string) {
    this.names = new Set(namesIn(logs).filter(name => isWorkersLog(logs, name)))
    this.#logs = logs
    this.#left = new Set(this.names)
  }

  /** False while the store may lack some of what they have. */
  areStored(): boolean {
    for (const name of this.#left) if (!isWorkersLog(this.#logs, name)) this.#left.delete(name)
    return this.#left.size === 0
  }
}
