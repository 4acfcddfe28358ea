import { mkdirSync, rmdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder and those above it; gives the topmost it had to make. Node's own `recursive` never returns where
 * a file system answers "no such entry" to every attempt (/proc does). Throws the file system's error.
 */
export function makeFolders(folder: string): string | undefined {
  const missing = missingFolders(folder)
  if (missing.length === 0 && !statSync(folder).isDirectory()) throw Object.assign(new Error(), { code: 'EEXIST' })
  try {
    for (const path of missing.toReversed()) mkdirSync(path)
  } catch (error) {
    removeEmpty(folder, missing.at(-1))
    throw error
  }
  return missing.at(-1)
}

/** Removes the folders from `folder` up to `topmost` that are empty; none without a `topmost`. */
export function removeEmpty(folder: string, topmost: string | undefined): void {
  if (topmost === undefined) return
  for (let path = folder; ; path = dirname(path)) {
    try {
      rmdirSync(path)
    } catch {
      // Never made, or somebody has put something there, and then it stays.
    }
    if (path.length <= topmost.length) return
  }
}

/** The folders that are not there, from `folder` upwards. A root is its own parent, and may be missing too: a drive of Windows. */
export function missingFolders(folder: string, isThere = exists, parentOf: (path: string) => string = dirname) {
  const missing: string[] = []
  for (let path = folder; !isThere(path); path = parentOf(path)) {
    missing.push(path)
    if (parentOf(path) === path) break
  }
  return missing
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
