import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Prometheus' own checker: the one of this machine, else Debian's, unpacked into `folder`. Installing the package would start a
 * server beside. A sentence where it cannot be had.
 */
export async function promtool(folder: string): Promise<{ readonly program: string } | { readonly missing: string }> {
  if (spawnSync('promtool', ['--version']).status === 0) return { program: 'promtool' }
  await mkdir(folder, { recursive: true })
  process.stderr.write('Fetching promtool with apt-get.\n')
  const run = (command: string, args: readonly string[]) =>
    spawnSync(command, args, { cwd: folder, stdio: ['ignore', 2, 2] }).status === 0
  // Debian's user for downloads may not write into a folder of ours.
  const fetched = run('apt-get', ['-o', 'APT::Sandbox::User=root', 'download', '-q', 'prometheus'])
  const archive = (await readdir(folder)).find(name => name.endsWith('.deb'))
  const program = join(folder, 'usr/bin/promtool')
  if (fetched && archive && run('dpkg', ['-x', archive, '.']) && existsSync(program)) return { program }
  return { missing: 'promtool is missing. Install it with: apt-get install prometheus' }
}
