import { mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runTool } from './run-tool.ts'
import { SmallDisk } from './small-disk.ts'

/** A small disk in the place of a folder, as somebody mounts one for the logs or the blobs alone. */
export class MountedDisk implements AsyncDisposable {
  readonly folder: string
  readonly #disk: SmallDisk

  private constructor(folder: string, disk: SmallDisk) {
    this.folder = folder
    this.#disk = disk
  }

  static async create(folder: string, megabytes: number): Promise<MountedDisk> {
    await mkdir(folder, { recursive: true })
    const disk = await SmallDisk.create(megabytes)
    await runTool('mount', '--bind', disk.path, folder)
    return new MountedDisk(folder, disk)
  }

  /** Takes all the room that is left, as somebody else's file. */
  async fill(): Promise<void> {
    const { bavail, bsize } = await statfs(this.folder)
    if (bavail === 0) return
    const others = (await readdir(this.#disk.path)).filter(name => name.startsWith('other-'))
    // Shorter and shorter ones, as the file system needs some of it for itself.
    for (let bytes = bavail * bsize; bytes >= bsize; bytes = Math.floor(bytes / 2)) {
      const path = join(this.#disk.path, `other-${others.length}-${bytes}`)
      await writeFile(path, Buffer.alloc(bytes)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error
      })
    }
  }

  /** Gives it back. */
  async relieve(): Promise<void> {
    for (const name of await readdir(this.#disk.path))
      if (name.startsWith('other-')) await rm(join(this.#disk.path, name))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await runTool('umount', '--lazy', this.folder)
    await this.#disk[Symbol.asyncDispose]()
  }
}
