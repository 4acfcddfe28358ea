import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where Debian's packages put a version's programs. */
const debianRoot = '/usr/lib/postgresql'

/** The folder with `initdb` and `postgres`; installs them where it may. Otherwise a sentence that says what is missing. */
export function findPostgres(): { readonly folder: string } | { readonly missing: string } {
  const found = search()
  if (found) return { folder: found }
  if (process.getuid?.() !== 0 || !runs('apt-get', ['--version']))
    return {
      missing: `No PostgreSQL: initdb and postgres are neither on PATH nor below ${debianRoot}. Install them with: apt-get install postgresql`
    }
  process.stderr.write('Installing PostgreSQL with apt-get.\n')
  const installed =
    runs('apt-get', ['update', '-q']) &&
    runs('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'postgresql'])
  const folder = installed ? search() : undefined
  return folder
    ? { folder }
    : { missing: 'No PostgreSQL: it could not be installed with apt-get (its output is above).' }
}

function search(): string | undefined {
  const versions = existsSync(debianRoot) ? readdirSync(debianRoot).sort((a, b) => Number(b) - Number(a)) : []
  const folders = [
    ...versions.map(version => join(debianRoot, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter)
  ]
  return folders.find(folder => ['initdb', 'postgres'].every(program => existsSync(join(folder, program))))
}

function runs(command: string, args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(command, args, { env, stdio: ['ignore', 2, 2] }).status === 0
}
