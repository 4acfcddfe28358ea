import { spawnSync } from 'node:child_process'
import type { TestContext } from 'node:test'
import { temporaryFolder } from '../../support/temporary-folder.ts'

export interface SmallFolder {
  readonly path: string
  remount(mode: 'ro' | 'rw'): void
}

/** A folder that holds so many megabytes and no more, unmounted after the test; else why there is none. */
export async function smallFolder(
  t: TestContext,
  megabytes: number
): Promise<SmallFolder | { readonly missing: string }> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return { missing: 'needs root on Linux to mount a small disk' }
  const { path, [Symbol.asyncDispose]: dispose } = await temporaryFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path])
  if (mounted.status === 0) t.after(() => spawnSync('umount', ['--lazy', path]))
  t.after(dispose)
  if (mounted.status !== 0) return { missing: 'a small disk cannot be mounted here' }
  return {
    path,
    remount(mode) {
      const { status } = spawnSync('mount', ['-o', `remount,${mode}`, path])
      if (status !== 0) throw new Error(`${path} cannot be mounted ${mode}`)
    }
  }
}
