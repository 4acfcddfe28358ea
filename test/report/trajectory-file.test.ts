import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { OutputFolder } from '../../src/report/output-folder.ts'
import { TrajectoryFile } from '../../src/report/trajectory-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { decoded, header, plain, readerOf, walker } from '../trajectories/stored.ts'

test('a trajectory file appears with the other results and has every frame', async () => {
  await using temporary = await temporaryFolder()
  using folder = new OutputFolder(temporary.path)
  const file = new TrajectoryFile(folder, header)
  for (const frame of walker(30)) file.take(frame)
  file.finish()
  deepStrictEqual(
    (await readdir(temporary.path)).filter(name => !name.startsWith('.')),
    []
  )
  folder.commit()
  const bytes = await readFile(join(temporary.path, 'tracks.sltr'))
  deepStrictEqual(decoded(bytes), walker(30).map(plain))
  deepStrictEqual([readerOf(bytes).isCut, readerOf(bytes).header], [false, header])
})

for (const fps of [0, 1e-9, 1e9, Number.NaN, Number.POSITIVE_INFINITY]) {
  test(`a frame rate of ${fps} is stored as not known`, async () => {
    await using temporary = await temporaryFolder()
    using folder = new OutputFolder(temporary.path)
    new TrajectoryFile(folder, { ...header, fps }).finish()
    folder.commit()
    strictEqual(readerOf(await readFile(join(temporary.path, 'tracks.sltr'))).header.fps, null)
  })
}
