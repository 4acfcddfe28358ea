import { constants } from 'node:fs'
import { access, readdir, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DataFolder } from '../../core/data-folder.ts'
import { probePostgres, probeSqlite } from '../../store/probe.ts'
import { type Finding, note, well, wrong } from './finding.ts'

const gib = 2 ** 30
const least = { bytes: 1 * gib, share: 0.1 }
/** Magic numbers of statfs(2): file systems over a network, on which locks and fsync are what the other end makes of them. */
const distant = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0x517b, 'SMB']
])

/** Whether the data folder can be written, or made. Changes nothing. */
export async function lookAtFolder({ path }: DataFolder): Promise<Finding> {
  const there = await nearest(path)
  try {
    await access(there, constants.W_OK | constants.X_OK)
  } catch {
    const remedy = 'Give the folder to the user that runs Sightline (chown), or name another with --data.'
    return wrong('data-folder', `This user cannot write to ${there}.`, remedy)
  }
  if (there !== path) return well('data-folder', `${path} is made at the first start.`)
  return well('data-folder', `${path} can be written.`)
}

export async function lookAtDisk({ path }: DataFolder): Promise<Finding> {
  const there = await nearest(path)
  const { bavail, bsize, blocks, bfree, type } = await statfs(there)
  const freeBytes = bavail * bsize
  const share = bavail / Math.max(1, blocks - bfree + bavail)
  const about = `${(freeBytes / gib).toFixed(1)} GiB (${Math.floor(share * 100)} %) are free below ${there}.`
  const remedy = 'Make room, lower retention in the settings, or name a folder on a larger disk with --data.'
  if (freeBytes < least.bytes) return wrong('disk', about, remedy)
  const kind = distant.get(type)
  if (kind)
    return note('disk', `${about} It is on ${kind}.`, 'Keep the store on a disk of this machine, or in PostgreSQL.')
  return share < least.share ? note('disk', about, remedy) : well('disk', about)
}

/** @param url of a database, where the store is not in the data folder */
export async function lookAtStore({ store }: DataFolder, url: string | undefined): Promise<Finding> {
  try {
    const { about } = url === undefined ? probeSqlite(store) : await probePostgres(url)
    return well('store', about)
  } catch (error) {
    const remedy =
      url === undefined
        ? 'Restore a backup into another folder (sightline restore), and keep this one until that is done.'
        : 'See that the database runs, that its address and password are right, and that this machine may reach it.'
    return wrong('store', (error as Error).message, remedy)
  }
}

/** When something was last written to the data folder; undefined where nothing is there yet. */
export async function newestWrite({ path }: DataFolder): Promise<number | undefined> {
  const folders = [path, join(path, 'local'), join(path, 'store'), join(path, 'logs')]
  const times = await Promise.all(
    folders.map(async folder => {
      const names = await readdir(folder).catch(() => [])
      const facts = await Promise.all(names.map(name => stat(join(folder, name)).catch(() => undefined)))
      return facts.map(fact => fact?.mtimeMs ?? 0)
    })
  )
  const newest = Math.max(0, ...times.flat())
  return newest > 0 ? newest : undefined
}

/** The folder itself, or the one next above it that is there. */
async function nearest(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    const isThere = await stat(folder).then(
      () => true,
      () => false
    )
    if (isThere || folder === dirname(folder)) return folder
  }
}
