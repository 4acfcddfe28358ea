import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rename, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { RecordSpool } from '../../../src/store/backup/record-spool.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { backUpFile } from './backup-run.ts'

const program = join(import.meta.dirname, 'stuck-backup.ts')
const day = 86_400_000

/** An empty store that is backed up as backup.tar, into a folder of its own. */
async function place(t: TestContext) {
  const [data, backups] = [await temporaryFolder(), await temporaryFolder()]
  const store = join(data.path, 'store.sqlite')
  await (await openDatabase({ file: store }))[Symbol.asyncDispose]()
  t.after(() => Promise.all([data, backups].map(folder => folder[Symbol.asyncDispose]())))
  const hidden = async () => (await readdir(backups.path)).filter(name => name !== 'backup.tar').sort()
  return {
    folder: backups.path,
    hidden,
    backUp: () => backUpFile(store, backups.path),
    /** Begins a backup in another process; gives its files once it has written to them. */
    begin: async () => {
      const before = await hidden()
      const stdio = ['ignore', 'pipe', 'inherit'] as const
      const child = spawn(process.execPath, [program, join(backups.path, 'backup.tar')], { stdio: [...stdio] })
      t.after(() => child.kill('SIGKILL'))
      const [said] = await once(child.stdout!, 'data')
      strictEqual(String(said), 'stuck\n')
      const files = (await hidden()).filter(name => !before.includes(name))
      const kill = async () => {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
      return { files, kill }
    }
  }
}

test('X5 what a killed backup left goes when the next of its name begins, and nothing of one that runs', async t => {
  const { hidden, backUp, begin } = await place(t)
  const killed = await begin()
  const running = await begin()
  deepStrictEqual([killed.files.length, running.files.length], [2, 2])
  await killed.kill()
  await backUp()
  deepStrictEqual(await hidden(), running.files)
  await running.kill()
  await backUp()
  deepStrictEqual(await hidden(), [])
})

test('X6 it goes before the records that the store may not have take room', async t => {
  const { folder, hidden, begin } = await place(t)
  await (await begin()).kill()
  const nothing = { names: () => [], rows: async function* () {}, unreadable: 0 }
  await using _ = await RecordSpool.fill(join(folder, 'backup.tar'), nothing, new Map())
  strictEqual((await hidden()).length, 1)
})

test('X7 it goes where the number of the killed process is by now that of who makes the next', async t => {
  const { folder, hidden, backUp, begin } = await place(t)
  const { files, kill } = await begin()
  await kill()
  for (const name of files) {
    const now = name.replace(/-\d+-/, `-${process.pid}-`)
    await rename(join(folder, name), join(folder, now))
  }
  await backUp()
  deepStrictEqual(await hidden(), [])
})

test('X8 what another machine writes, or a release before this one, goes a day after it was written to last', async t => {
  const { folder, hidden, backUp } = await place(t)
  const names = ['.backup.tar.0123abcd.partial', '.backup.tar.ffffffff-1-0123abcd-0123abcd.records']
  for (const name of names) await writeFile(join(folder, name), '')
  const touched = async (agoMs: number) => {
    for (const name of names) await utimes(join(folder, name), new Date(), new Date(Date.now() - agoMs))
    await backUp()
    return await hidden()
  }
  deepStrictEqual(await touched(day - 60_000), names)
  deepStrictEqual(await touched(day + 60_000), [])
})

test('X9 what is of another backup, or of nobody known, stays', async t => {
  const { folder, hidden, backUp } = await place(t)
  const names = [
    '.backup.tar.0123abcd.txt',
    '.backup.tar.gz.0123abcd.partial',
    '.backup.tar.mine.partial',
    '.monday.tar.0123abcd.partial'
  ]
  for (const name of names) {
    await writeFile(join(folder, name), '')
    await utimes(join(folder, name), 0, 0)
  }
  await backUp()
  deepStrictEqual(await hidden(), names)
})
