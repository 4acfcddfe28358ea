import { Command, Option } from 'commander'
import type { Role } from '../access/principal.ts'
import type { AccessStores } from '../api/identity/access-stores.ts'
import { Accounts } from '../api/identity/accounts.ts'
import { PasswordHash } from '../api/identity/password-hash.ts'
import { SightlineError } from '../core/errors.ts'
import { accessStores } from '../roles/access.ts'
import type { User } from '../store/users.ts'
import type { DataFlags } from './data-place.ts'
import { openStore } from './jobs-store.ts'
import { readPassword } from './read-password.ts'
import { configOption } from './settings-place.ts'
import { table } from './table.ts'
import type { Terminal } from './terminal.ts'

interface AddFlags extends DataFlags {
  readonly role?: Role
}

const actor = 'command-line'

/** `sightline user`: who may sign in, for whoever has the data folder; also where nobody can sign in any more. */
export function userCommand(terminal: Terminal = process, environment: NodeJS.ProcessEnv = process.env): Command {
  const command = new Command('user').description('add people who may sign in, give them new passwords, list them')
  const verb = (line: string, description: string) =>
    command
      .command(line)
      .description(description)
      .option('--config <file>', configOption)
      .option('--data <dir>', 'data folder (default: $SIGHTLINE_DATA, the settings file, or ./data)')
      .option('--database-url <url>', 'the store in PostgreSQL (better: $SIGHTLINE_DATABASE_URL)')
  const role = new Option('--role <role>', 'what they may at most (default: viewer; of the first one: admin)')
  verb('add <name>', 'add somebody; asks for the password, or reads it from standard input')
    .addOption(role.choices(['viewer', 'operator', 'admin']))
    .action((name: string, flags: AddFlags) => add(name, flags, terminal, environment))
  verb('reset <name>', 'a new password for somebody, who may sign in again; ends what they are signed in to').action(
    (name: string, flags: DataFlags) => reset(name, flags, terminal, environment)
  )
  verb('list', 'who may sign in').action((flags: DataFlags) => list(flags, terminal, environment))
  return command
}

async function add(name: string, flags: AddFlags, terminal: Terminal, environment: NodeJS.ProcessEnv): Promise<void> {
  await using store = await openStore(flags, environment)
  const stores = accessStores(store)
  const isFirst = await stores.users.isEmpty()
  const role = flags.role ?? (isFirst ? 'admin' : 'viewer')
  if (isFirst && role !== 'admin')
    throw new SightlineError('SL_OPTION_CONFLICT', 'The first one has to be an admin: nobody else could add others.')
  const password = await readPassword(terminal)
  await accountsOf(stores).add(actor, { name: name.toLowerCase(), role, password })
  terminal.stderr.write(`${name.toLowerCase()} may sign in (${role}).\n`)
}

async function reset(
  name: string,
  flags: DataFlags,
  terminal: Terminal,
  environment: NodeJS.ProcessEnv
): Promise<void> {
  await using store = await openStore(flags, environment)
  const stores = accessStores(store)
  const user = await stores.users.byName(name.toLowerCase())
  if (!user)
    throw new SightlineError('SL_USER_UNKNOWN', `There is no user ${name}: \`sightline user list\` names them.`)
  const password = await readPassword(terminal)
  await accountsOf(stores).change(actor, user.id, { password, isDisabled: false })
  terminal.stderr.write(`${user.name} has a new password, and is signed out everywhere.\n`)
}

async function list(flags: DataFlags, { stdout }: Terminal, environment: NodeJS.ProcessEnv): Promise<void> {
  await using store = await openStore(flags, environment)
  const rows: string[][] = []
  for await (const { name, role, createdMs, disabledMs } of everybody(accessStores(store)))
    rows.push([name, role, new Date(createdMs).toISOString().slice(0, 10), disabledMs === null ? '' : 'disabled'])
  stdout.write(rows.length === 0 ? 'There is nobody yet.\n' : table([['NAME', 'ROLE', 'SINCE', ''], ...rows]))
}

async function* everybody({ users }: AccessStores): AsyncGenerator<Omit<User, 'password'>> {
  let cursor: string | undefined
  do {
    const page = await users.page({ limit: 500, cursor })
    yield* page.items
    cursor = page.next
  } while (cursor !== undefined)
}

/** A server that runs beside notices within seconds. */
function accountsOf(stores: AccessStores): Accounts {
  return new Accounts({ stores: () => stores, hash: new PasswordHash(), changed: () => undefined })
}
