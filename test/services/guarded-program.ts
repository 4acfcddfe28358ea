import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** A server's program that ends with this process, however that ends: its guard's standard input closes then. */
export interface GuardedProgram extends AsyncDisposable {
  readonly pid: number
  /** SIGKILL, as a power cut ends it; resolves when it is gone. */
  kill(): Promise<void>
  /** The end of what it wrote. */
  readonly log: string
}

export interface GuardedOptions {
  /** Default this process' own. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Whether it answers. Default: something listens on its port. */
  readonly isReady?: () => Promise<boolean>
  /** A folder of its files, removed when this process goes without a `kill`. */
  readonly folder?: string
}

const guard = `"$@" </dev/null & server=$!
trap '' PIPE INT TERM HUP
echo $server
read -r word
kill -9 $server 2>/dev/null
wait $server 2>/dev/null
[ -n "$word" ] || [ -z "$GUARDED" ] || rm -rf "$GUARDED"`

/** Starts a program; resolves when it answers, or when something listens on `port` of the loopback interface. */
export async function startGuarded(
  command: readonly string[],
  port: number,
  { env = process.env, isReady = () => listens(port), folder = '' }: GuardedOptions = {}
): Promise<GuardedProgram> {
  const child = spawn('sh', ['-c', guard, 'guard', ...command], {
    env: { ...env, GUARDED: folder },
    stdio: ['pipe', 'pipe', 'pipe']
  })
  let log = ''
  const keep = (chunk: Buffer) => (log = (log + chunk).slice(-4000))
  child.stderr.on('data', keep)
  const [line] = await once(child.stdout, 'data')
  child.stdout.on('data', keep)
  const pid = Number.parseInt(`${line}`, 10)
  async function kill(): Promise<void> {
    if (child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.stdin.end('kept\n')
    await ended
  }
  for (let attempt = 0; !(await isReady()); attempt++) {
    if (child.exitCode !== null || attempt > 600 || !isAlive(pid)) {
      await kill()
      throw new Error(`${command[0]} did not start: ${log}`)
    }
    await pause(50)
  }
  return {
    pid,
    kill,
    get log() {
      return log
    },
    [Symbol.asyncDispose]: kill
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect({ host: '127.0.0.1', port })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
