import { match, ok, strictEqual } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeClip } from '../support/make-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Opens a video in a process of its own and says how it ended and what memory it took at most, in MB. */
function openIn(path: string, maxPixels: number): { code: string; peakMb: number } {
  const program = `
    import { existsSync, readFileSync } from 'node:fs'
    import { openVideo } from ${JSON.stringify(new URL('../../src/media/open-video.ts', import.meta.url).href)}
    const code = await openVideo(process.argv[1], { maxPixels: ${maxPixels} }).then(() => 'opened', error => error.code)
    // Not resourceUsage().maxRSS: that begins with the parent's, which a fork shares for a moment.
    const peakKb = existsSync('/proc/self/status') && /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]
    console.log(JSON.stringify({ code, peakMb: peakKb / 1000 }))`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program, path], {
    encoding: 'utf8',
    timeout: 60_000
  })
  return JSON.parse(stdout)
}

test('8192×8192 in a small file is refused before its pictures are allocated, and opened where the limit admits it', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'bomb.mp4')
  const grey = Buffer.alloc(8192 * 8192 * 4, 0x60)
  await makeClip(path, { width: 8192, height: 8192, frames: 1, paint: () => grey })
  ok((await readFile(path)).length < 250_000, 'the file is small')
  const refused = openIn(path, 8_000_000)
  const admitted = openIn(path, 8192 * 8192)
  strictEqual(refused.code, 'SL_INPUT_TOO_LARGE')
  strictEqual(admitted.code, 'opened')
  // One picture takes 100 MB in 4:2:0.
  if (process.platform === 'linux')
    ok(admitted.peakMb - refused.peakMb > 90, `${refused.peakMb} MB refused, ${admitted.peakMb} MB opened`)
})

test('a stream whose pictures are larger than its container says is not decoded', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'liar.mp4')
  await makeClip(path, { width: 1024, height: 1024, frames: 3 })
  const bytes = await readFile(path)
  // ISO/IEC 14496-12 §12.1.3: width and height stand 28 bytes behind the sample entry's type.
  const entry = bytes.indexOf('avc1', bytes.indexOf('stsd'))
  bytes.writeUInt16BE(64, entry + 28)
  bytes.writeUInt16BE(64, entry + 30)
  await writeFile(path, bytes)
  match(openIn(path, 10_000).code, /^SL_INPUT_(NO_FRAMES|TOO_LARGE)$/)
})
