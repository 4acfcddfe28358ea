import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The path of a real model, or why a test that needs it has to be skipped. */
export function realModel(file: string): { path: string; skip: string | false } {
  const folder = process.env.SIGHTLINE_MODELS
  if (!folder) return { path: '', skip: `needs ${file}: SIGHTLINE_MODELS is not set` }
  const found = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
    entry => entry.split(/[\\/]/).at(-1) === file
  )
  return found ? { path: join(folder, found), skip: false } : { path: '', skip: `${file} is not in SIGHTLINE_MODELS` }
}

/** The path of a real clip or picture, or why a test that needs it has to be skipped. */
export function realClip(file: string): { path: string; skip: string | false } {
  const folder = process.env.SIGHTLINE_CLIPS
  if (!folder) return { path: '', skip: `needs ${file}: SIGHTLINE_CLIPS is not set` }
  const path = join(folder, file)
  return existsSync(path) ? { path, skip: false } : { path, skip: `${file} is not in SIGHTLINE_CLIPS` }
}
