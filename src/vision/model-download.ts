import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { SightlineError } from '../core/errors.ts'
import { get, Watchdog } from './model-fetch.ts'
import { ModelPart } from './model-part.ts'
import { sha256OfFile } from './sha256.ts'

export interface DownloadLimits {
  /** Longest wait for the next byte, the first one's included. Raise it on lines that pause. */
  readonly idleMs: number
  /** Times the transfer is begun, going on where it broke off. Raise it on lines that break often. */
  readonly attempts: number
  /** Wait before the second attempt, doubled for each further one. */
  readonly retryDelayMs: number
  /** Files longer than this are refused. */
  readonly maxBytes: number
}

export const defaultDownloadLimits: DownloadLimits = {
  idleMs: 20_000,
  attempts: 5,
  retryDelayMs: 250,
  maxBytes: 4 * 2 ** 30
}

export interface DownloadProgress {
  readonly doneBytes: number
  /** Unknown where the server does not say. */
  readonly totalBytes: number | undefined
}

export interface Download {
  readonly url: string
  /** Path of the file to make. It appears whole or not at all. */
  readonly target: string
  /** Sees the finished bytes before anybody else can, and throws to refuse them: nothing is left then. */
  readonly accept: (sha256: string, bytes: number) => void | Promise<void>
  readonly limits?: Partial<DownloadLimits>
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: DownloadProgress) => void
}

/**
 * Downloads a file, going on where an earlier attempt or an earlier call broke off (RFC 9110, Range and If-Range with
 * a strong ETag; without one it begins anew). Throws SL_MODEL_NOT_FOUND, SL_MODEL_DOWNLOAD_FAILED, SL_CANCELLED,
 * SL_OUTPUT_UNWRITABLE, SL_OUTPUT_FULL, and what `accept` throws.
 */
export async function download(request: Download): Promise<void> {
  const limits = { ...defaultDownloadLimits, ...request.limits }
  const part = await onDisk(request.target, () => ModelPart.claim(request.target))
  try {
    await transferWhole(part, request, limits)
  } catch (error) {
    // Bytes are kept where a later call may go on from them.
    const { code, retryable } = error as SightlineError
    await (retryable || code === 'SL_CANCELLED' || code === 'SL_OUTPUT_FULL' ? part.leave() : part.discard())
    throw error
  }
  try {
    const { size } = await stat(part.bytesPath)
    await request.accept(await sha256OfFile(part.bytesPath, request.signal), size)
    await onDisk(request.target, () => part.finish(request.target))
  } catch (error) {
    await part.discard()
    throw request.signal?.aborted ? cancelled(request.url, error) : error
  }
}

async function transferWhole(part: ModelPart, request: Download, limits: DownloadLimits): Promise<void> {
  // A server that was never reached will not be a moment later: who is offline learns it at once.
  let reached = false
  for (let attempt = 1; ; attempt++) {
    try {
      return await transfer(part, request, limits, () => {
        reached = true
      })
    } catch (error) {
      if (!reached || !(error as SightlineError).retryable || attempt === limits.attempts) throw error
    }
    // An abort during the wait is met by the next attempt.
    await delay(limits.retryDelayMs * 2 ** (attempt - 1), undefined, { signal: request.signal }).catch(() => {})
  }
}

/** One attempt. Its errors are retryable when another one could bring more. */
async function transfer(
  part: ModelPart,
  request: Download,
  limits: DownloadLimits,
  onAnswer: () => void
): Promise<void> {
  const { url, target, signal, onProgress } = request
  const earlier = await part.state()
  using watchdog = new Watchdog(limits.idleMs, signal)
  try {
    const range = earlier?.bytes ? { range: `bytes=${earlier.bytes}-`, 'if-range': earlier.etag } : undefined
    let response = await get(url, range ?? {}, watchdog.signal)
    // 416: what is there is not the beginning of what is offered now.
    if (response.status === 416) response = await get(url, {}, watchdog.signal)
    onAnswer()

    const resumed = response.status === 206 && rangeStart(response) === earlier?.bytes
    if (response.status !== 200 && !resumed) {
      throw new SightlineError(
        'SL_MODEL_DOWNLOAD_FAILED',
        `${url} answers with a part of the file that was not asked for.`
      )
    }
    let doneBytes = resumed ? earlier!.bytes : 0
    const length = response.headers.get('content-length')
    const totalBytes = length === null ? undefined : doneBytes + Number(length)
    if ((totalBytes ?? 0) > limits.maxBytes) throw tooLong(url, limits.maxBytes)

    await using file = await onDisk(target, () => part.open(!resumed, response.headers.get('etag')))
    onProgress?.({ doneBytes, totalBytes })
    for await (const piece of response.body ?? []) {
      watchdog.alive()
      doneBytes += piece.length
      if (doneBytes > limits.maxBytes) throw tooLong(url, limits.maxBytes)
      await onDisk(target, () => file.writeFile(piece))
      onProgress?.({ doneBytes, totalBytes })
    }
    await onDisk(target, () => file.sync())
  } catch (error) {
    if (signal?.aborted) throw cancelled(url, error)
    if (error instanceof SightlineError) {
      if (error.retryable) onAnswer()
      throw error
    }
    const reason = watchdog.expired ? `nothing came for ${limits.idleMs / 1000} s` : reasonOf(error)
    throw new SightlineError('SL_MODEL_DOWNLOAD_FAILED', `${url} could not be downloaded: ${reason}.`, {
      cause: error,
      retryable: true
    })
  }
}

function rangeStart(response: Response): number | undefined {
  const start = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '')?.[1]
  return start === undefined ? undefined : Number(start)
}

function tooLong(url: string, maxBytes: number): SightlineError {
  return new SightlineError('SL_MODEL_DOWNLOAD_FAILED', `${url} is longer than the ${maxBytes} bytes that it may have.`)
}

function cancelled(url: string, cause: unknown): SightlineError {
  return new SightlineError('SL_CANCELLED', `The download of ${url} was cancelled.`, { cause })
}

/** What fetch says is "fetch failed" or "terminated"; what happened is in the causes. */
function reasonOf(error: unknown): string {
  let inner = error as Error & { code?: string }
  while (inner.cause instanceof Error) inner = inner.cause
  return inner.message || inner.code || 'the connection failed'
}

async function onDisk<Result>(target: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const full = code === 'ENOSPC' || code === 'EDQUOT'
    throw new SightlineError(
      full ? 'SL_OUTPUT_FULL' : 'SL_OUTPUT_UNWRITABLE',
      `${target} cannot be written: ${message}.`,
      { cause }
    )
  }
}
