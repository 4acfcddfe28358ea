import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { userCache } from '../../src/core/user-cache.ts'

const version = 'v1.9.9'
const module = 'github.com/AlexxIT/go2rtc'

/** The program `go2rtc`; built with Go where it is not there yet. Otherwise a sentence that says what is missing. */
export function findGo2rtc(): { readonly path: string } | { readonly missing: string } {
  const services = join(userCache({ env: process.env, platform: process.platform, home: homedir() }), 'services')
  const cache = join(services, `go2rtc-${version}`)
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', cache]
  const found = folders.map(folder => join(folder, 'go2rtc')).find(existsSync)
  if (found) return { path: found }
  if (spawnSync('go', ['version']).status !== 0)
    return {
      missing: 'No go2rtc: it is not on PATH, and there is no Go to build it with. Install Go, or put go2rtc on PATH.'
    }
  mkdirSync(cache, { recursive: true })
  process.stderr.write(`Building go2rtc ${version} into ${cache}: this takes some minutes, once.\n`)
  return build(join(cache, 'go2rtc'))
    ? { path: join(cache, 'go2rtc') }
    : { missing: `No go2rtc: ${version} could not be built with Go (its output is above).` }
}

/** In a module of its own, which needs this one version and no list of all there are; its C files are for cgo alone. */
function build(path: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-go2rtc-'))
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local' }
  const go = (...args: string[]) => spawnSync('go', args, { cwd: folder, env, stdio: ['ignore', 2, 2] }).status === 0
  try {
    return (
      go('mod', 'init', 'build') &&
      go('mod', 'edit', `-require=${module}@${version}`) &&
      go('build', '-mod=mod', '-o', path, module)
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
