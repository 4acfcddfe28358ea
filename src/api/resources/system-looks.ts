import type { DiskUse, Examination, LogLines, LogQuery } from '../../contract/api/system-looks.ts'

/** Looks into the machine and the processes that admins take when something is not as it should be. */
export interface SystemLooks {
  /** Everything that Sightline needs, looked at now or a few seconds ago. */
  examine(): Promise<Examination>
  disk(): DiskUse
  logs(query: LogQuery): LogLines
}
