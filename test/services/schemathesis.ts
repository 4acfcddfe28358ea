import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pythonEnvironment } from '../../bench/peers/python-environment.ts'
import { userCache } from '../../src/core/user-cache.ts'

const requirements = fileURLToPath(new URL('python/schemathesis.txt', import.meta.url))

/** Schemathesis from PyPI, pinned, in an environment of its own. Otherwise a sentence that says what is missing. */
export async function findSchemathesis(): Promise<{ readonly path: string } | { readonly missing: string }> {
  const cache = join(userCache({ env: process.env, platform: process.platform, home: homedir() }), 'services')
  try {
    const bin = await pythonEnvironment(requirements, cache, line => process.stderr.write(`${line}\n`))
    return { path: join(bin, 'st') }
  } catch (error) {
    return { missing: `No Schemathesis: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** Runs it in `folder`, where it leaves what it remembers; gives its exit status and what it said. */
export async function runSchemathesis(path: string, folder: string, args: readonly string[]) {
  const child = spawn(path, ['run', ...args], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
  }
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, said }
}
