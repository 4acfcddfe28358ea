import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { SightlineError } from '../core/errors.ts'

/** What can run a model, those first that are usually the fastest. */
export const providers = ['tensorrt', 'cuda', 'coreml', 'directml', 'webgpu', 'cpu'] as const
export type Provider = (typeof providers)[number]

/** One that has to be it, several of which the first that opens is taken, or `auto`: all that there are, in their order. */
export type ProviderWish = Provider | 'auto' | readonly Provider[]

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
  if (provider === 'coreml') return process.platform === 'darwin' ? undefined : 'it is a part of macOS'
  if (provider === 'directml') return process.platform === 'win32' ? undefined : 'it is a part of Windows'
  if (provider === 'webgpu')
    return process.platform !== 'linux' || hasGpuDevice()
      ? undefined
      : 'no GPU device (/dev/dri/renderD…, /dev/nvidia0)'
  const library = providerLibrary(provider)
  return existsSync(library) ? undefined : `${library} is not installed`
}

/** Those that are worth a try on this machine, the processor always among them and last. */
export function availableProviders(): readonly Provider[] {
  return providers.filter(provider => unavailable(provider) === undefined)
}

/** @throws SL_PROVIDER_UNAVAILABLE for one that is not on this machine, which names those that are */
export function expectAvailable(provider: Provider): void {
  const reason = unavailable(provider)
  if (reason === undefined) return
  throw new SightlineError(
    'SL_PROVIDER_UNAVAILABLE',
    `${provider} cannot run models on this machine: ${reason}. Here there is ${availableProviders().join(', ')}; auto takes the fastest.`
  )
}

/** Those that are to be tried, in this order. */
export function candidates(wish: ProviderWish): readonly Provider[] {
  return wish === 'auto' ? providers : typeof wish === 'string' ? [wish] : wish
}

/** Whether asking for `wish` can give no other provider than `only` on this machine. */
export function mayUseOnly(only: Provider, wish: ProviderWish): boolean {
  const wanted = candidates(wish)
  return wanted.every(provider => provider === only || (wanted.length > 1 && unavailable(provider) !== undefined))
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
