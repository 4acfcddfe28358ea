import type { ProgressStream } from './progress.ts'

/** Where a command's results (`stdout`) and its talk (`stderr`) go. `process` is one. */
export interface Terminal {
  readonly stdout: { write(text: string): unknown }
  readonly stderr: ProgressStream
}
