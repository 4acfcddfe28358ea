import { deepStrictEqual } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { failingFsync, withoutCompiler } from '../events/failing-fsync.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
const library = failingFsync(folder.path)
const program = join(import.meta.dirname, 'synced-program.ts')
const run = promisify(execFile)

/** What must have reached the disk before a thing is said to be kept, in calls of fsync. */
const subjects = [
  ['a new log', 3, 'its folder in the folder of logs, its first file, and that in its folder'],
  ['a record', 1, 'the commit'],
  ['an epoch', 1, 'the commit'],
  ['a dead letter', 1, 'the commit'],
  ['a row of the store', 1, 'the commit'],
  ['a row that is asked back', 1, 'the commit'],
  ['a blob', 4, 'two folders, the bytes, and their name'],
  ['a backup', 2, 'the bytes, and their name']
] as const

for (const [subject, calls, what] of subjects) {
  test(`S1 ${subject} is kept when the disk has said so of ${what}`, {
    skip: !library && withoutCompiler
  }, async () => {
    const outcome = async (failsFrom: number) => {
      const place = join(folder.path, `${subject}-${failsFrom}`)
      await mkdir(place)
      const env = { ...process.env, LD_PRELOAD: library }
      return (await run(process.execPath, [program, subject, place, String(failsFrom)], { env })).stdout
    }
    deepStrictEqual(await Promise.all([outcome(calls), outcome(calls + 1)]), ['not kept', 'kept'])
  })
}

test('S2 a blob whose name may be forgotten by the disk is found by nobody', {
  skip: !library && withoutCompiler
}, async () => {
  const place = join(folder.path, 'unsure')
  await mkdir(place)
  await run(process.execPath, [program, 'a blob', place, '4'], { env: { ...process.env, LD_PRELOAD: library } })
  const names = await readdir(place, { recursive: true })
  deepStrictEqual(
    names.filter(name => /[0-9a-f]{64}$/.test(name)),
    []
  )
})
