import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { workPlaces } from './job-worker-task.ts'

/** Ours have some tens of kilobytes. */
const mostBytes = 1024 * 1024
const jpegHead = Buffer.from([0xff, 0xd8, 0xff])

/**
 * The last picture that a job on this machine has analysed; undefined where there is none. What lies there came from a process that
 * has read a stranger's file: no link is followed, and what is no JPEG is none.
 * @param folder of all jobs @param id of the job, checked
 */
export async function readPreview(folder: string, id: string): Promise<Buffer | undefined> {
  const path = join(folder, id, workPlaces.preview)
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(() => undefined)
  if (!file) return undefined
  try {
    const facts = await file.stat()
    if (!facts.isFile() || facts.size > mostBytes) return undefined
    const bytes = Buffer.alloc(facts.size)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytesRead === bytes.length && bytes.subarray(0, 3).equals(jpegHead) ? bytes : undefined
  } finally {
    await file.close()
  }
}
