import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { accessStores } from '../../src/roles/access.ts'
import { openDatabase } from '../../src/store/database.ts'
import { runCommand } from '../support/run-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const program = join(import.meta.dirname, '../../src/cli.ts')

/** The command with `input` piped into it. */
function user(data: string, input: string, ...args: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, [program, 'user', ...args, '--data', data], {
    input,
    timeout: 180_000
  })
  return { status, said: stderr.toString() }
}

test('UC1 the first one is an admin, others are what they are added as, and all are listed', async () => {
  await using folder = await temporaryFolder()
  equal((await runCommand('user', 'list', '--data', folder.path)).stdout, 'There is nobody yet.\n')
  match(user(folder.path, 'blau wie der See\n', 'add', 'Ada').said, /ada may sign in \(admin\)/)
  match(
    user(folder.path, 'grün wie die Wiese\n', 'add', 'vera', '--role', 'viewer').said,
    /vera may sign in \(viewer\)/
  )
  match((await runCommand('user', 'list', '--data', folder.path)).stdout, /^ada +admin .*\nvera +viewer /m)
})

test('UC2 a reset gives a new password, ends the sessions, and is in the audit log without it', async () => {
  await using folder = await temporaryFolder()
  user(folder.path, 'blau wie der See\n', 'add', 'ada')
  await using store = await openDatabase({ file: join(folder.path, 'store', 'store.sqlite') })
  const { users, sessions, audit } = accessStores(store)
  const before = (await users.byName('ada'))!
  await sessions.begin({ userId: before.id, title: 'a browser', nowMs: Date.now() })
  equal(user(folder.path, 'grün wie die Wiese\n', 'reset', 'ada').status, 0)
  const now = (await users.byName('ada'))!
  equal(now.password === before.password, false)
  deepStrictEqual(await sessions.ofUser(before.id, Date.now()), [])
  const { items } = await audit.page()
  deepStrictEqual(
    items.map(({ actor, action }) => `${actor} ${action}`),
    ['command-line user-changed', 'command-line user-added']
  )
  equal(/Wiese|argon2/.test(JSON.stringify(items)), false)
})

test('UC3 what cannot be done is said, and changes nothing', async () => {
  await using folder = await temporaryFolder()
  match(user(folder.path, 'blau wie der See\n', 'add', 'vera', '--role', 'viewer').said, /SL_OPTION_CONFLICT/)
  match(user(folder.path, 'kurz\n', 'add', 'ada').said, /SL_PASSWORD_WEAK/)
  match(user(folder.path, '', 'add', 'ada').said, /SL_OPTION_INVALID/)
  match(user(folder.path, 'blau wie der See\n', 'add', 'no name').said, /SL_QUERY_INVALID/)
  match(user(folder.path, 'blau wie der See\n', 'reset', 'nobody').said, /SL_USER_UNKNOWN/)
  equal((await runCommand('user', 'list', '--data', folder.path)).stdout, 'There is nobody yet.\n')
})
