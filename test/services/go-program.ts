import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { userCache } from '../../src/core/user-cache.ts'

export interface GoProgram {
  readonly name: string
  readonly module: string
  readonly version: string
  /** Of the program inside its module; the module itself where not said. */
  readonly package?: string
}

/** Finds a program that is written in Go; builds it where it is not there yet. Otherwise a sentence that says what is missing. */
export function findGoProgram(program: GoProgram): { readonly path: string } | { readonly missing: string } {
  const { name, version } = program
  const services = join(userCache({ env: process.env, platform: process.platform, home: homedir() }), 'services')
  const cache = join(services, `${name}-${version}`)
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', cache]
  const found = folders.map(folder => join(folder, name)).find(existsSync)
  if (found) return { path: found }
  if (spawnSync('go', ['version']).status !== 0)
    return {
      missing: `No ${name}: it is not on PATH, and there is no Go to build it with. Install Go, or put ${name} on PATH.`
    }
  mkdirSync(cache, { recursive: true })
  process.stderr.write(`Building ${name} ${version} into ${cache}: this takes some minutes, once.\n`)
  return build(program, join(cache, name))
    ? { path: join(cache, name) }
    : { missing: `No ${name}: ${version} could not be built with Go (its output is above).` }
}

/** In a module of its own, which needs this one version and no list of all there are; its C files are for cgo alone. */
function build({ module, version, package: path = module }: GoProgram, output: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-go-'))
  const env = { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local' }
  const go = (...args: string[]) => spawnSync('go', args, { cwd: folder, env, stdio: ['ignore', 2, 2] }).status === 0
  try {
    return (
      go('mod', 'init', 'build') &&
      go('mod', 'edit', `-require=${module}@${version}`) &&
      go('build', '-mod=mod', '-o', output, path)
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
