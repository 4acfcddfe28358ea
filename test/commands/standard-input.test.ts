import { doesNotMatch, match, ok, strictEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { largeClip } from '../support/large-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const program = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

/** Runs `sightline analyze -` with `bytes` on standard input. */
async function analyzeStdin(bytes: Buffer | string, out: string): Promise<{ code: number; stderr: string }> {
  const child = spawn(process.execPath, [program, 'analyze', '-', '--out', out, '--model', 'motion'])
  child.stdin.on('error', () => undefined) // It may be refused before it is read to its end.
  child.stdin.end(bytes)
  child.stdout.resume()
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  return { code, stderr }
}

for (const [rule, bytes, code, says] of [
  ['nothing at all', async () => '', 'SL_INPUT_EMPTY', /standard input is empty/],
  ['an MP4 with its index at the end', largeClip, 'SL_INPUT_UNREADABLE', /index at the end.* Save it to a file/],
  [
    'an MP4 that was cut off before its index',
    async (folder: string) => (await largeClip(folder)).subarray(0, 250_000),
    'SL_INPUT_DAMAGED',
    /index \(moov\) is missing/
  ],
  ['text', async () => 'buy milk\n'.repeat(400), 'SL_INPUT_NOT_VIDEO', /standard input is a text file/],
  [
    'a playlist',
    async () => '#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:/etc/passwd\n#EXT-X-ENDLIST\n',
    'SL_INPUT_REFUSED',
    /standard input is a playlist/
  ],
  [
    'a concat script',
    async () => "ffconcat version 1.0\nfile '/etc/passwd'\n",
    'SL_INPUT_REFUSED',
    /standard input is a playlist/
  ]
] as const) {
  test(`${rule} on standard input is refused with ${code}, and nothing is left behind`, async () => {
    await using folder = await temporaryFolder()
    const out = join(folder.path, 'out')
    const result = await analyzeStdin(await bytes(folder.path), out)
    match(result.stderr, new RegExp(`\\[${code}\\]\\n$`))
    match(result.stderr, says)
    doesNotMatch(result.stderr, /\n\s+at /)
    strictEqual(result.code, 1)
    ok(!existsSync(out))
  })
}
