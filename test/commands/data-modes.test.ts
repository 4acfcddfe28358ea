import { deepStrictEqual } from 'node:assert/strict'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { dataFolder } from '../../src/core/data-folder.ts'
import { DeadLetters } from '../../src/events/dead-letters.ts'
import { EventLog } from '../../src/events/event-log.ts'
import { openStorage } from '../../src/roles/storage.ts'
import { numberedEvent } from '../events/scripted-records.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** What most systems give: everybody may read. */
let usual = 0
before(() => {
  usual = process.umask(0o022)
})
after(() => process.umask(usual))

/** Whoever comes first makes the folders: each has to make them for its owner alone. */
const firsts: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
  'an instance': async path => {
    const options = { folder: dataFolder(path), url: undefined, environment: {}, onFatal: () => undefined }
    await using _ = await openStorage(options)
  },
  'a worker': async path => {
    await using log = await EventLog.open({ logs: dataFolder(path).logs, name: 'worker-1' })
    await log.append([numberedEvent(1)])
  },
  'a dead letter': async path => {
    using _ = new DeadLetters(dataFolder(path).deadLetters)
  },
  'a command': path => runCommand('jobs', 'list', '--data', path)
}

for (const [who, work] of Object.entries(firsts)) {
  test(`M1 nobody but its owner reads in a data folder that ${who} has made`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'data')
    await work(path)
    deepStrictEqual((await stat(path)).mode & 0o077, 0)
  })

  test(`M2 nor what ${who} puts into one that others may look into`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'data')
    await mkdir(path, { mode: 0o755 })
    await work(path)
    const entries = await readdir(path, { withFileTypes: true })
    const folders = entries.filter(entry => entry.isDirectory()).map(({ name }) => name)
    const modes = await Promise.all(folders.map(async name => [name, (await stat(join(path, name))).mode & 0o077]))
    deepStrictEqual(
      modes,
      folders.map(name => [name, 0])
    )
    // The one file beside them says which process has the folder, and no more.
    const files = entries.filter(entry => entry.isFile()).map(({ name }) => name)
    deepStrictEqual(
      files.filter(name => name !== 'lock.sqlite'),
      []
    )
  })
}
