import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeClip } from '../../support/make-clip.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A short MP4 of some tens of kilobytes: noise hardly gets smaller. */
export async function noisyClip(frames = 10): Promise<Buffer> {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'clip.mp4')
  await makeClip(path, { width: 160, height: 120, frames, paint: noise })
  return readFile(path)
}

function noise(index: number, width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 4, 0xff)
  let value = index + 1
  for (let at = 0; at < data.length; at++) {
    value = (value * 1_103_515_245 + 12_345) % 2_147_483_648
    if (at % 4 !== 3) data[at] = value >> 16
  }
  return data
}
