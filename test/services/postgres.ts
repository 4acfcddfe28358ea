import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { findPostgres } from './postgres-binaries.ts'

export interface PostgresOptions {
  /** False makes it quick; true where a test takes its power or its disk away. */
  readonly fsync?: boolean
  /** Further settings, such as `{ max_connections: '20' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** Where its files lie, such as a small disk; a folder of its own in the temporary folder by default. */
  readonly folder?: string
}

/** A PostgreSQL of the test's own, on a port of the loopback interface. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number
  /** The password in every URL: nothing may ever show it. */
  readonly password: string
  /** Processes it consists of now, the postmaster first. */
  pids(): readonly number[]
  /** Makes an empty database and gives its URL. */
  database(): Promise<string>
  /** Runs SQL as the superuser, in the database `postgres` or that of `url`. */
  query(text: string, url?: string): Promise<readonly Record<string, unknown>[]>
  /** SIGKILL to all its processes at once, as a power cut ends them. */
  kill(): Promise<void>
  /** Starts it again after `kill`, with the same port and files; resolves when it answers. */
  restart(): Promise<void>
  /** SIGSTOP to all its processes: connections stay and nothing answers. */
  stall(): void
  /** Ends `stall`. */
  resume(): void
}

const user = 'sightline'
const password = 'kept-to-itself-42'

/**
 * Ends the server and removes its files when this process is gone, however it went: the pipe on its standard input
 * closes then. A word on it says that this process goes on and does so itself.
 */
const guard = `"$@" & server=$!
trap '' PIPE INT TERM HUP
echo $server
read -r word
for process in $server $(cat /proc/$server/task/$server/children 2>/dev/null); do kill -9 $process 2>/dev/null; done
wait $server 2>/dev/null
[ -n "$word" ] || rm -rf "$GUARDED"`

/** Starts PostgreSQL, or says why there is none: `{ missing }` is the reason to skip with. */
export async function startPostgres(
  options: PostgresOptions = {}
): Promise<(PostgresServer & { readonly missing: false }) | { readonly missing: string }> {
  const found = findPostgres()
  if ('missing' in found) return found
  const { folder: programs } = found
  const owner = unprivileged()
  const folder = mkdtempSync(join(options.folder ?? tmpdir(), 'sightline-postgres-'))
  chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const secret = join(folder, 'password')
  writeFileSync(secret, password)
  chownSync(secret, owner.uid, owner.gid)
  const made = spawnSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', user, '--auth=scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...owner, cwd: folder, encoding: 'utf8' }
  )
  if (made.status !== 0) throw new Error(`initdb failed in ${folder}: ${made.stderr}`)
  const port = await freePort()
  const settings = {
    port: `${port}`,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: options.fsync ? 'on' : 'off',
    ...options.settings
  }
  const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  const url = (database: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`
  let running = await start()
  let databases = 0

  const pids = () => [running.pid, ...childrenOf(running.pid)]
  const signal = (name: NodeJS.Signals) => {
    for (const pid of pids()) {
      try {
        process.kill(pid, name)
      } catch {
        // One that has ended meanwhile needs no signal.
      }
    }
  }

  async function start(): Promise<{ readonly pid: number; readonly guard: ChildProcess }> {
    const child = spawn('sh', ['-c', guard, 'guard', join(programs, 'postgres'), ...args], {
      ...owner,
      cwd: folder,
      env: { PATH: process.env.PATH, GUARDED: folder },
      stdio: ['pipe', 'pipe', 'pipe']
    })
    let log = ''
    child.stderr!.on('data', chunk => (log = (log + chunk).slice(-4000)))
    const [line] = await once(child.stdout!, 'data')
    const pid = Number.parseInt(`${line}`, 10)
    for (let attempt = 0; !(await answers()); attempt++) {
      if (child.exitCode !== null || attempt > 600) throw new Error(`PostgreSQL did not start in ${folder}: ${log}`)
      await pause(50)
    }
    // What waits for nothing else may end: the guard then ends the server.
    for (const part of [child, child.stdin, child.stdout, child.stderr]) (part as { unref?: () => void }).unref?.()
    return { pid, guard: child }
  }

  async function answers(): Promise<boolean> {
    const client = new pg.Client({ connectionString: url('postgres'), connectionTimeoutMillis: 2000 })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return true
    } catch {
      return false
    } finally {
      await client.end().catch(() => undefined)
    }
  }

  const kill = async () => {
    running.guard.ref()
    const ended = running.guard.exitCode === null ? once(running.guard, 'exit') : undefined
    // Stopped first, so that it starts no process that is not on the list: one that survives keeps the memory which they share.
    signal('SIGSTOP')
    signal('SIGKILL')
    running.guard.stdin!.end('done\n')
    await ended
  }
  const query = async (text: string, place = url('postgres')) => {
    const client = new pg.Client({ connectionString: place })
    await client.connect()
    try {
      return (await client.query(text)).rows
    } finally {
      await client.end()
    }
  }
  return {
    missing: false,
    port,
    password,
    pids,
    query,
    kill,
    async database() {
      const name = `d${++databases}`
      await query(`create database ${name}`)
      return url(name)
    },
    async restart() {
      running = await start()
    },
    stall: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async [Symbol.asyncDispose]() {
      await kill()
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

/** PostgreSQL refuses to run as root: then whoever it belongs to on Debian, else nobody. */
function unprivileged(): { readonly uid: number; readonly gid: number } {
  const uid = process.getuid?.() ?? 0
  if (uid !== 0) return { uid, gid: process.getgid?.() ?? 0 }
  const accounts = readFileSync('/etc/passwd', 'utf8').split('\n')
  const account = ['postgres', 'nobody'].map(name => accounts.find(line => line.startsWith(`${name}:`))).find(Boolean)
  const [, , id, group] = (account ?? 'nobody:x:65534:65534').split(':')
  return { uid: Number(id), gid: Number(group) }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap(task =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
    )
  } catch {
    return []
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
