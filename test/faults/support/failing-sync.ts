import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Makes fsync fail for a program that is started with `env`, from the moment that it is told to. */
export interface FailingSync {
  readonly env: Readonly<Record<string, string>>
  /** From now on. */
  begin(): void
}

export const withoutCompiler = 'making fsync fail needs a C compiler'

/** For files whose path contains `under`; undefined where there is no C compiler. */
export function failingSync(folder: string, under: string, how: 'fails' | 'hangs' = 'fails'): FailingSync | undefined {
  const library = join(folder, 'failing-sync.so')
  const source = join(import.meta.dirname, 'failing-sync.c')
  if (spawnSync('cc', ['-shared', '-fPIC', '-o', library, source, '-ldl']).status !== 0) return undefined
  const from = join(folder, 'sync-fails-now')
  return {
    env: {
      LD_PRELOAD: library,
      FAILING_SYNC_UNDER: under,
      FAILING_SYNC_FROM: from,
      ...(how === 'hangs' && { FAILING_SYNC_HANGS: '1' })
    },
    begin: () => writeFileSync(from, '')
  }
}
