import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SteadyState } from './steady-clock.ts'

/** What the steady clock said last; undefined where nothing readable is there. */
export async function readSteady(path: string): Promise<SteadyState | undefined> {
  try {
    const { steadyMs, calmMs } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
    if (!Number.isSafeInteger(steadyMs) || !Number.isSafeInteger(calmMs)) return undefined
    return { steadyMs: steadyMs as number, calmMs: calmMs as number }
  } catch {
    return undefined
  }
}

/** Not forced to the disk: after a power cut the clock goes on a minute earlier. */
export async function writeSteady(path: string, state: SteadyState): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(`${path}.partial`, JSON.stringify(state))
  await rename(`${path}.partial`, path)
}
