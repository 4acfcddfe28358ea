import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeClip } from './make-clip.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Frames of each segment, at 50 a second: a fifth of a second. */
export const segmentFrames = 10
export const segmentSeconds = 0.2

/** So many transport streams, each beginning where the one before ended, and each with a key frame first. */
export async function hlsSegments(count: number): Promise<readonly Buffer[]> {
  await using folder = await temporaryFolder()
  const segments: Buffer[] = []
  for (let index = 0; index < count; index++) {
    const path = join(folder.path, `${index}.ts`)
    const first = index * segmentFrames
    const timesMs = Array.from({ length: segmentFrames }, (_, frame) => (first + frame) * 20)
    await makeClip(path, { timesMs, fps: 50, bFrames: 0 })
    segments.push(await readFile(path))
  }
  return segments
}
