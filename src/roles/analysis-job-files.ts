import { createReadStream } from 'node:fs'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '../core/errors.ts'
import type { AssetKind, Assets } from '../store/assets.ts'
import { referencesOf } from '../store/jobs-results.ts'
import { workPlaces } from './job-worker-task.ts'

/** A file of an analysis among the assets. */
export interface KeptFile {
  readonly name: string
  readonly digest: string
  readonly bytes: number
}

/**
 * The files that are kept, with their media types. Detections and events as text are not: the store has what came of them, and
 * whoever wants that as files exports it.
 */
const reports: Readonly<Record<string, string>> = {
  'summary.json': 'application/json',
  'poster.jpg': 'image/jpeg',
  'heatmap.png': 'image/png',
  'contact-sheet.jpg': 'image/jpeg',
  'tracks.sltr': 'application/octet-stream',
  'tracks.csv': 'text/csv',
  'tracks.txt': 'text/csv',
  'movement.csv': 'text/csv',
  'counts.csv': 'text/csv',
  'paths.json': 'application/json',
  'annotated.mp4': 'video/mp4'
}
const crop = /^[1-9]\d{0,9}\.jpg$/

/**
 * Keeps what a worker left in its folder, for `job/ID`, and nothing that an attempt before kept. Only plain files of
 * known names are taken: what else lies there came from a process that has read a stranger's file.
 */
export async function keepFiles(
  assets: Assets,
  folder: string,
  { id, stream }: { readonly id: string; readonly stream: string },
  signal: AbortSignal
): Promise<readonly KeptFile[]> {
  const owner = `job/${id}`
  const places = [workPlaces.out, workPlaces.crops]
  const folders = await Promise.all(places.map(place => lstat(join(folder, place)).catch(() => undefined)))
  if (folders.some(facts => facts && !facts.isDirectory())) throw notPlain(folder)
  const kept: KeptFile[] = []
  const keep = async (path: string, kind: AssetKind, name: string, contentType: string) => {
    const facts = await lstat(path).catch(() => undefined)
    if (!facts) return
    if (!facts.isFile()) throw notPlain(path)
    const { digest, bytes } = await assets.keep(
      createReadStream(path),
      { kind, owner, name, stream },
      { contentType, signal }
    )
    kept.push({ name, digest, bytes })
  }
  for (const [name, type] of Object.entries(reports))
    await keep(join(folder, workPlaces.out, name), 'report', name, type)
  const crops = join(folder, workPlaces.crops)
  for (const name of (await readdir(crops).catch(() => [])).filter(name => crop.test(name)).sort())
    await keep(join(crops, name), 'snapshot', `track-${name}`, 'image/jpeg')
  const now = new Set(kept.map(({ name, digest }) => `${name} ${digest}`))
  for (const { name, digest } of await referencesOf(assets.database, owner))
    if (!now.has(`${name} ${digest}`)) await assets.release({ owner, name, digest })
  return kept
}

function notPlain(path: string): SightlineError {
  return new SightlineError('SL_JOB_CRASHED', `${path} is a link or a device, which no worker in order leaves behind.`)
}
