import { ok } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeClip } from './make-clip.ts'

/** An MP4 with its index at the end, and too large for FFmpeg to keep in hand until then (256 KiB). */
export async function largeClip(folder: string): Promise<Buffer> {
  const path = join(folder, 'large.mp4')
  const noise = Buffer.from(Array.from({ length: 320 * 240 * 4 }, (_, i) => (i * 7919 + (i >> 7) * 104_729) % 251))
  await makeClip(path, { codec: 'mjpeg', width: 320, height: 240, frames: 20, paint: () => noise })
  const bytes = await readFile(path)
  ok(bytes.length > 300_000 && bytes.indexOf('moov') > bytes.indexOf('mdat'), `${bytes.length} bytes`)
  return bytes
}
