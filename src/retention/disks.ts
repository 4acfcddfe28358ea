import { stat, statfs } from 'node:fs/promises'
import type { Place } from './data-kinds.ts'

export interface DiskFill {
  /** The same for places on the same file system. */
  readonly id: string
  readonly places: readonly Place[]
  /** Folder by which people know it. */
  readonly folder: string
  readonly totalBytes: number
  readonly freeBytes: number
}

/** What can be asked of a file system: tests bring their own. */
export interface FileSystems {
  look(folder: string): Promise<{ readonly id: string; readonly totalBytes: number; readonly freeBytes: number }>
}

export const fileSystems: FileSystems = {
  async look(folder) {
    const [{ dev }, { bsize, blocks, bfree, bavail }] = await Promise.all([stat(folder), statfs(folder)])
    // Blocks that only root may use count for nobody, as `df` has it.
    return { id: String(dev), totalBytes: bsize * (blocks - bfree + bavail), freeBytes: bsize * bavail }
  }
}

/** The file systems that the places lie on, each once. One that does not answer is left out. */
export async function lookAtDisks(
  folders: Readonly<Partial<Record<Place, string>>>,
  systems: FileSystems
): Promise<DiskFill[]> {
  const disks = new Map<string, DiskFill>()
  for (const [place, folder] of Object.entries(folders) as [Place, string][]) {
    const seen = await systems.look(folder).catch(() => undefined)
    if (!seen) continue
    const known = disks.get(seen.id)
    disks.set(seen.id, { ...seen, folder: known?.folder ?? folder, places: [...(known?.places ?? []), place] })
  }
  return [...disks.values()]
}
