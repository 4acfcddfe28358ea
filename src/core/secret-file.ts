import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Reads a file that its owner alone can read; undefined where there is none. Throws what the system says. */
export async function readSecretFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/**
 * Writes a file that its owner alone can read: all of it, or nothing, also when power fails. The `first` one never
 * replaces what another process made meanwhile: read it again. It makes the folder, which a `next` one has to find: a disk
 * that is away is not replaced. Throws what the system says.
 */
export async function writeSecretFile(path: string, text: string, which: 'first' | 'next'): Promise<void> {
  const folder = dirname(path)
  if (which === 'first') await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = `${path}-${randomUUID()}`
  try {
    await using file = await open(draft, 'wx', 0o600)
    await file.writeFile(text)
    await file.sync()
    if (which === 'next') await rename(draft, path)
    else await link(draft, path).catch(unlessThere)
    await syncFolder(folder)
  } finally {
    await rm(draft, { force: true })
  }
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error
}

async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  await using folder = await open(path, 'r')
  await folder.sync()
}
