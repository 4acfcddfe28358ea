import type { Dirent } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface SearchBounds {
  /** Sub-folders below a folder of the search path that are entered. Raise it for deeper trees. */
  readonly maxDepth: number
  /** Folders and files looked at in all. A search path that leads to a whole disk ends here. */
  readonly maxEntries: number
}

const defaultBounds: SearchBounds = { maxDepth: 4, maxEntries: 20_000 }

/**
 * Paths of the files called one of `names`, by name: of several, the one in the earliest folder, and there the one
 * nearest to the top. Folders that are missing or may not be read hold nothing. Links are followed.
 */
export async function findFiles(
  folders: readonly string[],
  names: ReadonlySet<string>,
  bounds: SearchBounds = defaultBounds
): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  let left = bounds.maxEntries
  for (const folder of folders) {
    let level = [folder]
    for (let depth = 0; depth <= bounds.maxDepth && level.length > 0; depth++) {
      const below: string[] = []
      for (const path of level) {
        if (found.size === names.size) return found
        for (const entry of await entriesOf(path)) {
          if (left-- <= 0) return found
          const inner = join(path, entry.name)
          const kind = await kindOf(entry, inner)
          if (kind === 'folder') below.push(inner)
          else if (kind === 'file' && names.has(entry.name) && !found.has(entry.name)) found.set(entry.name, inner)
        }
      }
      level = below
    }
  }
  return found
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    return []
  }
}

async function kindOf(entry: Dirent, path: string): Promise<'file' | 'folder' | 'other'> {
  const target = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry
  if (target?.isFile()) return 'file'
  return target?.isDirectory() ? 'folder' : 'other'
}
