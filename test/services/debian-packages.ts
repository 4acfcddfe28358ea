import { spawnSync } from 'node:child_process'

/** Installs Debian packages where that may be done: a sentence that says what is missing where it may not. */
export function installed(
  packages: readonly string[],
  isThere: () => boolean
): { readonly missing: string } | undefined {
  if (isThere()) return undefined
  const names = packages.join(' ')
  if (process.getuid?.() !== 0 || !runs('apt-get', ['--version']))
    return { missing: `Programs are missing. Install them with: apt-get install ${names}` }
  process.stderr.write(`Installing ${names} with apt-get.\n`)
  const done =
    runs('apt-get', ['update', '-q']) &&
    runs('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages]) &&
    isThere()
  return done ? undefined : { missing: `${names} could not be installed with apt-get (its output is above).` }
}

function runs(command: string, args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(command, args, { env, stdio: ['ignore', 2, 2] }).status === 0
}
