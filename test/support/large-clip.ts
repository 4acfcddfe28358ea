import { ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeClip } from './make-clip.ts'

/** A clip too large for FFmpeg to keep in hand (256 KiB); an MP4 has its index at the end. */
export async function largeClip(folder: string, file = 'large.mp4'): Promise<Buffer> {
  const path = join(folder, file)
  const noise = Buffer.from(Array.from({ length: 320 * 240 * 4 }, (_, i) => (i * 7919 + (i >> 7) * 104_729) % 251))
  await makeClip(path, { codec: 'mjpeg', width: 320, height: 240, frames: 20, paint: () => noise })
  const bytes = await readFile(path)
  ok(bytes.length > 300_000, `${bytes.length} bytes`)
  ok(bytes.indexOf('moov') >= bytes.indexOf('mdat'), 'the index is at the end')
  return bytes
}
