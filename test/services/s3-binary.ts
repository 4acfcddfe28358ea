import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { userCache } from '../../src/core/user-cache.ts'

/** MinIO's last release as a Go module; its binary is called `minio`. */
const version = 'v0.0.0-20260212201848-7aac2a2c5b7c'

/** The program `minio`; built with Go where it is not there yet. Otherwise a sentence that says what is missing. */
export function findMinio(): { readonly path: string } | { readonly missing: string } {
  const cache = join(userCache({ env: process.env, platform: process.platform, home: homedir() }), 'services', version)
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/bin', cache]
  const found = folders.map(folder => join(folder, 'minio')).find(existsSync)
  if (found) return { path: found }
  if (spawnSync('go', ['version']).status !== 0)
    return {
      missing: `No S3 server: minio is not on PATH, and there is no Go to build it with. Install Go, or put minio on PATH.`
    }
  mkdirSync(cache, { recursive: true })
  process.stderr.write(`Building MinIO ${version} into ${cache}: this takes some minutes, once.\n`)
  const built = spawnSync('go', ['install', `github.com/minio/minio@${version}`], {
    env: { ...process.env, GOBIN: cache, GOTOOLCHAIN: 'local' },
    stdio: ['ignore', 2, 2]
  })
  return built.status === 0
    ? { path: join(cache, 'minio') }
    : { missing: `No S3 server: minio ${version} could not be built with Go (its output is above).` }
}
