import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { freePort } from './free-port.ts'
import { findGoProgram } from './go-program.ts'
import { startGuarded } from './guarded-program.ts'

export interface RunningTurn extends AsyncDisposable {
  /** `host:port`, for STUN too. */
  readonly address: string
  readonly username: string
  readonly password: string
}

/** Pion's TURN server; built with Go where it is not there yet. Otherwise a sentence that says what is missing. */
export function findTurn(transport: 'udp' | 'tcp'): { readonly path: string } | { readonly missing: string } {
  const module = 'github.com/pion/turn/v4'
  const kind = transport === 'udp' ? 'simple' : 'tcp'
  const [name, path] = [`pion-turn-${transport}`, `${module}/examples/turn-server/${kind}`]
  return findGoProgram({ name, module, version: 'v4.1.1', package: path })
}

/** Starts it on loopback, with one user. */
export async function startTurn(transport: 'udp' | 'tcp', path: string): Promise<RunningTurn> {
  const port = await freePort()
  const [username, password] = ['viewer', 'secret']
  const command = [path, '-public-ip', '127.0.0.1', '-port', `${port}`, '-users', `${username}=${password}`]
  const program = await startGuarded(command, port, transport === 'udp' ? { isReady: () => answers(port) } : {})
  return { address: `127.0.0.1:${port}`, username, password, [Symbol.asyncDispose]: () => program.kill() }
}

/** Whether it answers a binding request (RFC 8489 §6). */
async function answers(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  try {
    socket.connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.send(Buffer.from(`000100002112a442${'5a'.repeat(12)}`, 'hex'))
    await once(socket, 'message', { signal: AbortSignal.timeout(200) })
    return true
  } catch {
    return false // Nobody is there yet.
  } finally {
    socket.close()
  }
}
