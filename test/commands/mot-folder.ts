import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A temporary folder with these files in it, by path. */
export async function folderWith(files: Readonly<Record<string, string | Uint8Array>>) {
  const folder = await temporaryFolder()
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder.path, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
  }
  return folder
}

/** Somebody of 20 × 50 px who walks to the right, 4 px a frame, in frames `from` … `to`. */
export function walker(from: number, to: number, id: number | string = -1, y = 100, rest = '0.9'): string {
  const frames = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  return frames.map(frame => `${frame},${id},${10 + frame * 4},${y},20,50,${rest}\n`).join('')
}
