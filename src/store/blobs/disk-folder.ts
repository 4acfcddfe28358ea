import { constants } from 'node:fs'
import { type FileHandle, lstat, mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { SightlineError } from '../../core/errors.ts'
import type { BlobEntry } from './blob-store.ts'
import { foldersOf, isDigest } from './digest.ts'
import { systemCode } from './disk-error.ts'

// Neither follows a link that somebody put there, nor waits for the other end of a pipe.
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

export function pathOf(root: string, digest: string): string {
  return join(root, ...foldersOf(digest), digest)
}

/** Opens the file of a blob; undefined where there is none. Anything but a plain file in its own folders is refused. */
export async function openBlobFile(root: string, digest: string): Promise<FileHandle | undefined> {
  const path = pathOf(root, digest)
  try {
    for (const folder of [dirname(dirname(path)), dirname(path)]) await refuseLink(folder)
    const file = await open(path, readFlags)
    try {
      if ((await file.stat()).isFile()) return file
    } catch (error) {
      await file.close()
      throw error
    }
    await file.close()
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    if (systemCode(error) !== 'ELOOP') throw error
  }
  throw notOurs(path)
}

/** Makes the folders of a blob, each durable before something is put into it. Gives the inner one. */
export async function makeFolders(root: string, digest: string): Promise<string> {
  let folder = root
  for (const name of foldersOf(digest)) {
    const parent = folder
    folder = join(parent, name)
    try {
      await mkdir(folder, { mode: 0o700 })
      await syncFolder(parent)
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
      await refuseLink(folder)
    }
  }
  return folder
}

/** What was made, renamed or removed in the folder survives a power cut. Windows has no such call and needs none. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  await using folder = await open(path, constants.O_RDONLY)
  await folder.sync()
}

/** Blobs behind `after`, in ascending order. What is not a blob's file in its own folder is passed over. */
export async function* listBlobs(root: string, after = ''): AsyncGenerator<BlobEntry> {
  const hexPair = /^[0-9a-f]{2}$/
  for (const outer of await foldersIn(root)) {
    if (!hexPair.test(outer) || outer < after.slice(0, 2)) continue
    for (const inner of await foldersIn(join(root, outer))) {
      if (!hexPair.test(inner) || outer + inner < after.slice(0, 4)) continue
      for (const name of (await entriesOf(join(root, outer, inner))).map(entry => entry.name).sort()) {
        if (!isDigest(name) || !name.startsWith(outer + inner) || name <= after) continue
        const facts = await lstat(join(root, outer, inner, name)).catch(() => undefined)
        if (facts?.isFile()) yield { digest: name, bytes: facts.size, changedMs: facts.mtimeMs }
      }
    }
  }
}

async function foldersIn(path: string): Promise<string[]> {
  const entries = await entriesOf(path)
  return entries
    .filter(entry => entry.isDirectory())
    .map(entry => entry.name)
    .sort()
}

async function entriesOf(path: string) {
  try {
    return await readdir(path, { withFileTypes: true })
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []
    throw error
  }
}

async function refuseLink(folder: string): Promise<void> {
  if (!(await lstat(folder)).isDirectory()) throw notOurs(folder)
}

function notOurs(path: string): SightlineError {
  return new SightlineError(
    'SL_BLOB_STORAGE',
    `${path} is a link or another thing that Sightline did not put there, so it is not used. Take it away.`
  )
}
