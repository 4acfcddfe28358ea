import { doesNotMatch, match, ok, strictEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { makeClip } from '../support/make-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const program = fileURLToPath(new URL('../../src/cli.ts', import.meta.url))

test('a reader of standard output that goes away costs neither the results nor the exit status', async () => {
  await using folder = await temporaryFolder()
  const [input, out] = [join(folder.path, 'a.mp4'), join(folder.path, 'out')]
  await makeClip(input)
  const child = spawn(process.execPath, [program, 'analyze', input, '--out', out, '--model', 'motion', '--json'])
  child.stdout.destroy()
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  strictEqual(stderr, '')
  strictEqual(code, 0)
  ok(existsSync(join(out, 'summary.json')))
})

test('nor does one of standard error', async () => {
  await using folder = await temporaryFolder()
  const [input, out] = [join(folder.path, 'a.mp4'), join(folder.path, 'out')]
  await makeClip(input)
  const child = spawn(process.execPath, [program, 'analyze', input, '--out', out, '--model', 'motion'])
  child.stderr.destroy()
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  match(stdout, /Results are in/)
  strictEqual(code, 0)
})

test('standard output on a full disk is SL_OUTPUT_UNWRITABLE', {
  skip: !existsSync('/dev/full') && 'there is no /dev/full'
}, async () => {
  const child = spawn(process.execPath, [program, '--version'], {
    stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe']
  })
  const [stderr, [code]] = await Promise.all([text(child.stderr!), once(child, 'exit')])
  match(stderr, /standard output cannot be written \(ENOSPC.*\[SL_OUTPUT_UNWRITABLE\]\n$/)
  doesNotMatch(stderr, /\n\s+at /)
  strictEqual(code, 1)
})
