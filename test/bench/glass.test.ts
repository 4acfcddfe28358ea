import { deepStrictEqual, match } from 'node:assert/strict'
import { test } from 'node:test'
import { Clips } from '../../bench/clips.ts'
import { glassFigures } from '../../bench/glass.ts'

test('G1 without a Chromium the figures of the screen are left out, and that is said', async t => {
  const { PATH } = process.env
  t.after(() => {
    process.env.PATH = PATH
  })
  process.env.PATH = ''
  const said: string[] = []
  const report = (line: string) => void said.push(line)
  const clips = new Clips({ folder: undefined, workFolder: '', quick: true, report })
  deepStrictEqual(await glassFigures({ quick: true, clips, report }), {})
  match(said.join('\n'), /glass_ms and box_error_frames are left out: .*chromium/)
})
