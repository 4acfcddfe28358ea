import { join } from 'node:path'

/** Where everything that Sightline keeps on its own disk lies. One running Sightline owns a data folder. */
export interface DataFolder {
  readonly path: string
  /** Held for as long as an instance runs. */
  readonly lock: string
  /** The embedded store. */
  readonly store: string
  /** One folder for each log. */
  readonly logs: string
  /** Highest epoch of each stream. */
  readonly epochs: string
  /** Positions of sinks that cannot keep their own. */
  readonly cursors: string
  readonly deadLetters: string
  readonly blobs: string
  /** One folder for each job that is worked on. */
  readonly jobs: string
  /** Files that people are sending. */
  readonly uploads: string
  /** Keys that never leave the machine; readable by the owner alone. */
  readonly secrets: string
}

export function dataFolder(path: string): DataFolder {
  return {
    path,
    lock: join(path, 'lock.sqlite'),
    store: join(path, 'store', 'store.sqlite'),
    logs: join(path, 'logs'),
    epochs: join(path, 'local', 'epochs.sqlite'),
    cursors: join(path, 'local', 'cursors.sqlite'),
    deadLetters: join(path, 'local', 'dead-letters.sqlite'),
    blobs: join(path, 'blobs'),
    jobs: join(path, 'jobs'),
    uploads: join(path, 'uploads'),
    secrets: join(path, 'secrets')
  }
}
