import { mkdir, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runTool } from './run-tool.ts'

/** An ext4 file system in a file, on a loop device: a disk that can be filled, frozen, copied and made read-only. */
export class SmallDisk implements AsyncDisposable {
  /** Where it is mounted. */
  readonly path: string
  readonly #image: string
  readonly #folder: string
  #isMounted = true

  private constructor(folder: string, image: string, path: string) {
    this.#folder = folder
    this.#image = image
    this.path = path
  }

  static async create(megabytes: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-disk-'))
    const image = join(folder, 'image')
    await writeFile(image, '')
    await truncate(image, megabytes * 1024 * 1024)
    await runTool('mkfs.ext4', '-q', '-F', '-m', '0', image)
    return SmallDisk.#mount(folder, image)
  }

  static async #mount(folder: string, image: string): Promise<SmallDisk> {
    const path = join(folder, 'mounted')
    await mkdir(path, { recursive: true })
    // Barriers and journal as a server has them: what is not synced is not on the image.
    await runTool('mount', '-o', 'loop,data=ordered', image, path)
    return new SmallDisk(folder, image, path)
  }

  /** What a power cut now would leave: the backing file as it is, with nothing flushed first. Writers must be frozen. */
  async cutPower(): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-disk-'))
    const image = join(folder, 'image')
    // What the kernel writes back by itself while we copy would make a disk that never was.
    for (let written: bigint | undefined; written !== (await this.#writtenAt()); ) {
      written = await this.#writtenAt()
      await runTool('cp', '--sparse=always', this.#image, image)
    }
    return SmallDisk.#mount(folder, image)
  }

  async #writtenAt(): Promise<bigint> {
    return (await stat(this.#image, { bigint: true })).mtimeNs
  }

  /** What the kernel does with a file system whose disk fails: read-only from now on, also for whoever has it open. */
  async breakDown(): Promise<void> {
    await runTool('mount', '-o', 'remount,abort', this.path)
  }

  /** Mounts it anew after `breakDown`. Nobody may have it open any more. */
  async repair(): Promise<void> {
    await runTool('umount', this.path)
    await runTool('mount', '-o', 'loop,data=ordered', this.#image, this.path)
  }

  async remount(mode: 'ro' | 'rw'): Promise<void> {
    await runTool('mount', '-o', `remount,${mode}`, this.path)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isMounted) return
    this.#isMounted = false
    // Lazily: a process that still ends must not keep the folder.
    await runTool('umount', '--lazy', this.path)
    await rm(this.#folder, { recursive: true, force: true })
  }
}
