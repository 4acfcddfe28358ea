import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** What can run a model, the fastest first. */
export const providers = ['tensorrt', 'cuda', 'webgpu', 'cpu'] as const
export type Provider = (typeof providers)[number]

/**
 * Frames that go through a model at once where nobody says otherwise. A graphics card does several in hardly more than
 * the time of one. On a processor a batch gains nothing, and its first frame waits for its last.
 */
export function usualBatch(provider: Provider): number {
  return provider === 'cpu' ? 1 : 8
}

export interface SkippedProvider {
  readonly provider: Provider
  readonly reason: string
}

/**
 * Why a provider need not even be tried on this machine, or undefined when it should be. ONNX Runtime
 * finds the same out by itself, but prints native errors while doing so. Loads no native code.
 */
export function unavailable(provider: Provider): string | undefined {
  if (provider === 'cpu') return undefined
  if (provider === 'webgpu')
    return process.platform !== 'linux' || hasGpuDevice()
      ? undefined
      : 'no GPU device (/dev/dri/renderD…, /dev/nvidia0)'
  const library = providerLibrary(provider)
  return existsSync(library) ? undefined : `${library} is not installed`
}

/** Whether asking for `wanted` can give no other provider than `only` on this machine. */
export function mayUseOnly(only: Provider, wanted: Provider | 'auto'): boolean {
  return wanted === 'auto'
    ? providers.every(provider => provider === only || unavailable(provider) !== undefined)
    : wanted === only
}

/** Whether somebody has installed what runs models on an NVIDIA card, and a card is there. Loads no native code. */
export function hasOwnCard(): boolean {
  const isInstalled = unavailable('tensorrt') === undefined || unavailable('cuda') === undefined
  return isInstalled && (process.platform !== 'linux' || existsSync('/dev/nvidia0'))
}

/** ONNX Runtime loads CUDA and TensorRT from a shared library beside its Node binding. */
function providerLibrary(provider: 'cuda' | 'tensorrt'): string {
  const entry = createRequire(import.meta.url).resolve('onnxruntime-node')
  const folder = join(dirname(entry), '..', 'bin', 'napi-v6', process.platform, process.arch)
  const file =
    process.platform === 'win32' ? `onnxruntime_providers_${provider}.dll` : `libonnxruntime_providers_${provider}.so`
  return join(folder, file)
}

function hasGpuDevice(): boolean {
  if (existsSync('/dev/nvidia0')) return true
  try {
    return readdirSync('/dev/dri').some(name => name.startsWith('renderD'))
  } catch {
    return false
  }
}
