import { spawnSync } from 'node:child_process'
import { installed } from './debian-packages.ts'
import { freePort } from './free-port.ts'
import { type GuardedProgram, startGuarded } from './guarded-program.ts'

/** Debian's Redis; otherwise a sentence that says what is missing. */
export function findRedis(): { readonly missing: string } | undefined {
  return installed(['redis-server'], () => spawnSync('redis-server', ['--version']).status === 0)
}

export interface RunningRedis extends AsyncDisposable {
  readonly url: string
  /** As a power cut ends it. */
  stop(): Promise<void>
  /** On the same port, with nothing in it. */
  start(): Promise<void>
}

/** Starts it on loopback, with a password, and nothing kept on disk. */
export async function startRedis(): Promise<RunningRedis> {
  const port = await freePort()
  const password = 'canary-of-redis'
  const options = [
    '--port',
    `${port}`,
    '--bind',
    '127.0.0.1',
    '--requirepass',
    password,
    '--save',
    '',
    '--appendonly',
    'no'
  ]
  let program: GuardedProgram | undefined
  const start = async () => {
    program = await startGuarded(['redis-server', ...options], port)
  }
  const stop = async () => {
    await program?.kill()
    program = undefined
  }
  await start()
  return { url: `redis://:${password}@127.0.0.1:${port}`, start, stop, [Symbol.asyncDispose]: stop }
}
