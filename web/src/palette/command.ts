import type { IconName } from '../design/icon-paths.ts'
import type { Findable } from './found-commands.ts'

/** Something to go to, or to do. */
export interface Command extends Findable {
  readonly icon: IconName
  run(): void
}
