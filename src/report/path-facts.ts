import { type BigIntStats, statSync } from 'node:fs'

/** Whether both paths lead to the very same file or folder, by whatever names and links. */
export function leadToSame(path: string, other: string): boolean {
  const [a, b] = [facts(path), facts(other)]
  return a !== undefined && b !== undefined && a.dev === b.dev && a.ino === b.ino
}

export function isFile(path: string): boolean {
  return facts(path)?.isFile() ?? false
}

export function isFolder(path: string): boolean {
  return facts(path)?.isDirectory() ?? false
}

/** Nothing, too, for what may not be looked at: whoever then opens it gets the error that says why. */
function facts(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
