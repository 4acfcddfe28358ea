import { match, ok, strictEqual } from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeClip } from '../support/make-clip.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('8192×8192 is refused where --max-pixels is lower, and nothing is left behind', async () => {
  await using folder = await temporaryFolder()
  const [input, out] = [join(folder.path, 'bomb.mp4'), join(folder.path, 'out')]
  const grey = Buffer.alloc(8192 * 8192 * 4, 0x60)
  await makeClip(input, { width: 8192, height: 8192, frames: 1, paint: () => grey })
  const { status, stderr } = await runCommand('analyze', input, '--out', out, '--max-pixels', '8000000')
  match(stderr, /bomb\.mp4 has pictures of 8192×8192, more than the 8000000 pixels allowed.*\[SL_INPUT_TOO_LARGE\]\n$/)
  strictEqual(status, 1)
  ok(!existsSync(out))
})
