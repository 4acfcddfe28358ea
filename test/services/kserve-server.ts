import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled, pythonEnvironment } from '../../bench/peers/python-environment.ts'
import { userCache } from '../../src/core/user-cache.ts'
import { freePort } from './free-port.ts'
import { startGuarded } from './guarded-program.ts'

const requirements = fileURLToPath(new URL('python/kserve.txt', import.meta.url))
const script = fileURLToPath(new URL('python/kserve.py', import.meta.url))
const cache = join(userCache({ env: process.env, platform: process.platform, home: homedir() }), 'services')

/** A model server from PyPI, pinned, in an environment of its own. Otherwise a sentence that says what is missing. */
export async function findKserve(
  mayInstall = true
): Promise<{ readonly python: string } | { readonly missing: string }> {
  if (!mayInstall && !(await isInstalled(requirements, cache))) return { missing: 'No model server is installed.' }
  try {
    const bin = await pythonEnvironment(requirements, cache, line => process.stderr.write(`${line}\n`))
    return { python: join(bin, 'python') }
  } catch (error) {
    return { missing: `No model server: ${error instanceof Error ? error.message : String(error)}` }
  }
}

export interface RunningKserve extends AsyncDisposable {
  readonly http: string
  readonly grpc: string
  /** What it calls the model. */
  readonly model: string
  /** As a power cut ends it. */
  stop(): Promise<void>
  /** On the same ports. */
  start(): Promise<void>
}

/** Serves an ONNX file on loopback, by ONNX Runtime with one thread, as a session of ours has it. */
export async function startKserve(python: string, modelPath: string): Promise<RunningKserve> {
  const [httpPort, grpcPort, metricsPort] = [await freePort(), await freePort(), await freePort()]
  const http = `http://127.0.0.1:${httpPort}`
  const model = 'detector'
  const isReady = async () => {
    const answer = await fetch(`${http}/v2/models/${model}/ready`).catch(() => undefined)
    return answer?.ok ?? false
  }
  const command = [python, script, modelPath, model, `${httpPort}`, `${grpcPort}`, `${metricsPort}`]
  let program: AsyncDisposable & { kill(): Promise<void> }
  const start = async () => {
    program = await startGuarded(command, httpPort, { isReady })
  }
  await start()
  const stop = () => program.kill()
  return { http, grpc: `grpc://127.0.0.1:${grpcPort}`, model, start, stop, [Symbol.asyncDispose]: stop }
}
