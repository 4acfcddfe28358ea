import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { script } from './sightline.ts'

/** Cameras in a process of their own, so that what they cost is not counted. */
export async function startCameras(
  clips: readonly string[],
  fps: number
): Promise<AsyncDisposable & { readonly port: number }> {
  const port = await freePort()
  const { command, args } = script('cameras', 'camera-server.ts', '--port', port, '--fps', fps, ...clips)
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const [said] = await Promise.race([once(child.stdout, 'data'), ended])
  if (String(said).trim() !== 'ready') throw new Error(`The cameras could not be started: ${said}.`)
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
