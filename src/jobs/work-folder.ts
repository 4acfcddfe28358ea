import { existsSync } from 'node:fs'
import { lstat, mkdir, readdir, readFile, readlink, realpath, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SightlineError } from '../core/errors.ts'

/** Beside the work folder: the process that works in it. */
const pidEnding = '.pid'

/**
 * The folder of one attempt: only this user may look into it. Whatever an attempt before left is removed.
 * @throws SL_OUTPUT_FULL (retryable), SL_OUTPUT_UNWRITABLE
 */
export async function makeWorkFolder(folder: string): Promise<void> {
  try {
    await removeWorkFolder(folder)
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw folderError(folder, error)
  }
}

/** Removes the folder with all it holds. */
export async function removeWorkFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  await rm(folder + pidEnding, { force: true })
}

/** Remembers who works in the folder, for `cleanLeftovers`. Throws as `makeWorkFolder` does. */
export async function noteWorker(folder: string, pid: number): Promise<void> {
  try {
    await writeFile(folder + pidEnding, `${pid}\n`, { mode: 0o600 })
  } catch (error) {
    throw folderError(folder, error)
  }
}

/**
 * Removes what a run that was ended without a word left in `folder`, the folder of work folders: workers that go on
 * without anybody listening, and their files. Gives how many work folders there were. Only for who owns the data folder.
 */
export async function cleanLeftovers(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0
  const names = (await readdir(folder)).filter(name => !name.endsWith(pidEnding))
  for (const name of names) {
    const work = join(folder, name)
    await endWorker(work)
    await removeWorkFolder(work)
  }
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
  return names.length
}

/** Process ids are given again: only a process that really works in the folder is that worker. Known on Linux alone. */
async function endWorker(folder: string): Promise<void> {
  try {
    const pid = Number(await readFile(folder + pidEnding, 'utf8'))
    if (pid > 1 && (await readlink(`/proc/${pid}/cwd`)) === (await realpath(folder))) process.kill(pid, 'SIGKILL')
  } catch {
    // There is none any more, or it is no process of ours.
  }
}

function folderError(folder: string, cause: unknown): SightlineError {
  const { code, message } = cause as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
    ? new SightlineError('SL_OUTPUT_FULL', `No room is left to work in ${folder}: free some.`, {
        cause,
        retryable: true
      })
    : new SightlineError('SL_OUTPUT_UNWRITABLE', `${folder} cannot be worked in: ${message}.`, { cause })
}

/** Bytes that a folder takes on the disk. What goes away while it is looked at counts for nothing. */
export async function folderBytes(folder: string): Promise<number> {
  let sum = 0
  const entries = await readdir(folder, { recursive: true }).catch(() => [])
  for (const entry of entries) {
    const facts = await lstat(join(folder, entry)).catch(() => undefined)
    // Windows knows no blocks.
    if (facts?.isFile()) sum += facts.blocks ? facts.blocks * 512 : facts.size
  }
  return sum
}
