import { addAbortSignal } from 'node:stream'
import { SightlineError } from '../../../core/errors.ts'
import type { HttpAnswer } from './http-client.ts'

export interface BodyLimits {
  readonly title: string
  readonly mostBytes: number
  /** For all of it: who sends a byte a second is not waited for. */
  readonly withinMs: number
  readonly signal: AbortSignal
}

/** The whole body of an answer. @throws SL_INPUT_TOO_LARGE, SL_INPUT_TIMEOUT, SL_INPUT_NETWORK, SL_CANCELLED */
export async function readBody({ message }: HttpAnswer, limits: BodyLimits): Promise<Buffer> {
  const { title, mostBytes, withinMs, signal } = limits
  const limit = AbortSignal.timeout(withinMs)
  const tooLarge = () =>
    new SightlineError('SL_INPUT_TOO_LARGE', `${title} sends more than the ${mostBytes} bytes that are taken at once.`)
  try {
    if (Number(message.headers['content-length']) > mostBytes) throw tooLarge()
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of addAbortSignal(AbortSignal.any([signal, limit]), message) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > mostBytes) throw tooLarge()
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause
    if (signal.aborted) throw new SightlineError('SL_CANCELLED', `${title} was given up.`, { cause })
    const details = { cause, retryable: true }
    if (limit.aborted)
      throw new SightlineError('SL_INPUT_TIMEOUT', `${title} did not send all within ${withinMs / 1000} s.`, details)
    throw new SightlineError('SL_INPUT_NETWORK', `${title}: the connection broke.`, details)
  } finally {
    message.destroy()
  }
}
