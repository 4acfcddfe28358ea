import { mkdtemp, rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled, pythonEnvironment } from '../../bench/peers/python-environment.ts'
import { userCache } from '../../src/core/user-cache.ts'
import { freePort } from './free-port.ts'
import { startGuarded } from './guarded-program.ts'

const cache = join(userCache({ env: process.env, platform: process.platform, home: homedir() }), 'services')
const python = (name: string) => fileURLToPath(new URL(`python/${name}`, import.meta.url))
const scripts = { mlserver: 'kserve', triton: 'triton' } as const

/** Model servers from PyPI. */
export type KserveName = keyof typeof scripts

/** One of them, pinned, in an environment of its own. Otherwise a sentence that says what is missing. */
export async function findKserve(
  mayInstall = true,
  name: KserveName = 'mlserver'
): Promise<{ readonly python: string } | { readonly missing: string }> {
  const requirements = python(`${scripts[name]}.txt`)
  if (!mayInstall && !(await isInstalled(requirements, cache))) return { missing: `No ${name} is installed.` }
  try {
    const bin = await pythonEnvironment(requirements, cache, line => process.stderr.write(`${line}\n`))
    return { python: join(bin, 'python') }
  } catch (error) {
    return { missing: `No ${name}: ${error instanceof Error ? error.message : String(error)}` }
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
export async function startKserve(
  interpreter: string,
  modelPath: string,
  name: KserveName = 'mlserver'
): Promise<RunningKserve> {
  const [httpPort, grpcPort, metricsPort] = [await freePort(), await freePort(), await freePort()]
  const http = `http://127.0.0.1:${httpPort}`
  const model = 'detector'
  const isReady = async () => {
    const answer = await fetch(`${http}/v2/models/${model}/ready`).catch(() => undefined)
    return answer?.ok ?? false
  }
  let program: AsyncDisposable & { kill(): Promise<void> }
  const start = async () => {
    const folder = name === 'triton' ? await mkdtemp(join(tmpdir(), 'sightline-triton-')) : undefined
    const command = [interpreter, python(`${scripts[name]}.py`), modelPath, model, `${httpPort}`, `${grpcPort}`]
    program = await startGuarded([...command, folder ?? `${metricsPort}`], httpPort, { isReady, folder })
    removeFolder = async () => folder && (await rm(folder, { recursive: true, force: true }))
  }
  let removeFolder = async (): Promise<unknown> => undefined
  await start()
  const stop = async () => {
    await program.kill()
    await removeFolder()
  }
  return { http, grpc: `grpc://127.0.0.1:${grpcPort}`, model, start, stop, [Symbol.asyncDispose]: stop }
}
