import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * What names this installation, kept in `file`: a runner that starts knows by it which jobs its own run before held.
 * Throws what the file system throws.
 */
export function instanceId(file: string): string {
  try {
    const kept = readFileSync(file, 'utf8').trim()
    if (kept !== '') return kept
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const id = randomUUID()
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(`${file}.part`, `${id}\n`, { mode: 0o600, flush: true })
  renameSync(`${file}.part`, file)
  return id
}
