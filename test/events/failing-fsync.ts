import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export const withoutCompiler = 'making fsync fail needs a C compiler'

/** Makes the library that lets fsync fail from the call `FSYNC_FAILS_FROM` on; undefined where there is no C compiler. */
export function failingFsync(folder: string): string | undefined {
  const library = join(folder, 'failing-fsync.so')
  const source = join(import.meta.dirname, 'failing-fsync.c')
  return spawnSync('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl']).status === 0 ? library : undefined
}
