import { deepStrictEqual } from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { MediaClock } from '../../src/media/media-clock.ts'
import { makeClip } from '../support/make-clip.ts'
import { readAll } from '../support/read-all.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

for (const { rule, says, gives } of [
  { rule: 'times are rounded to milliseconds', says: [0, 33.37, 66.73], gives: [0, 33, 67] },
  { rule: 'a frame without a time comes one step later', says: [undefined, undefined, 500], gives: [0, 40, 500] },
  {
    rule: 'times that stand still or go back a little grow by 1',
    says: [500, 500, 300, 540],
    gives: [500, 501, 502, 540]
  },
  { rule: 'a jump back is where parts were joined', says: [0, 2000, 0, 80, 2000], gives: [0, 2000, 2040, 2120, 4040] },
  { rule: 'parts may be joined many times', says: [0, 2000, 0, 2000, 0], gives: [0, 2000, 2040, 4040, 4080] },
  { rule: 'a first frame long before the start begins at 0', says: [-5000, -4960], gives: [0, 40] },
  { rule: 'a jump ahead is a pause in the recording', says: [0, 40, 3_600_000], gives: [0, 40, 3_600_000] }
]) {
  test(rule, () => {
    const clock = new MediaClock(25)
    deepStrictEqual(
      says.map(ms => clock.next(ms)),
      gives
    )
  })
}

test('transport streams joined end to end keep the pace of their frames', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'a.ts')
  await makeClip(path, { frames: 20, fps: 10 })
  const part = await readFile(path)
  await writeFile(path, Buffer.concat([part, part]))
  const { frames } = await readAll(path)
  deepStrictEqual(
    frames.map(({ ptsMs }) => ptsMs),
    Array.from({ length: 40 }, (_, index) => index * 100)
  )
})
