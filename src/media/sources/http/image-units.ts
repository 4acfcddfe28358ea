import { setTimeout as pause } from 'node:timers/promises'
import { SightlineError } from '../../../core/errors.ts'
import { readPictureHeader } from '../../picture-header.ts'
import type { Reading, UnitReader } from '../reading-connection.ts'
import type { AccessUnit, SourceFormat } from '../source.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'
import { readBody } from './read-body.ts'

export interface ImageOptions {
  /** From one question to the next. Raise it for cameras that take long over a picture. */
  readonly intervalMs: number
  readonly maxPixels: number
}

const mostBytes = 32 << 20
const withinMs = 10_000
/** A camera that fails now and then is still there; one that failed for so long is not. */
const patienceMs = 8000
/** Whoever supervises streams takes a longer silence for a loss. */
const mostSilentMs = 5000

/**
 * A picture that is asked for time and again. One that did not change, or is not asked for yet, is given out again: the camera
 * is there, and shows this.
 */
export function imageUnits(first: HttpAnswer, client: HttpClient, options: ImageOptions): UnitReader {
  return async function* (reading: Reading): AsyncGenerator<AccessUnit> {
    const { title, url } = client
    const { signal } = reading
    let askedMs = performance.now()
    let picture = await readPicture(first, title, options, reading)
    let failingMs: number | undefined
    for (;;) {
      const shownMs = performance.now()
      const { data, format, condition } = picture
      yield { data, format, isKey: true, sourceMs: shownMs, arrivedMs: shownMs }
      do {
        const restMs = Math.max(0, askedMs + options.intervalMs - performance.now())
        await pause(Math.min(restMs, mostSilentMs), undefined, { signal })
        if (restMs > mostSilentMs) break
        askedMs = performance.now()
        try {
          const answer = await client.get(url, { signal, headers: condition })
          if (answer.message.statusCode === 304) answer.message.destroy()
          else picture = await readPicture(answer, title, options, reading)
          failingMs = undefined
        } catch (error) {
          failingMs ??= askedMs
          const isPassing = error instanceof SightlineError && error.retryable && !signal.aborted
          if (!isPassing || performance.now() - failingMs > patienceMs) throw error
        }
      } while (failingMs !== undefined)
    }
  }
}

interface PolledPicture {
  readonly data: Buffer
  readonly format: SourceFormat
  /** What to ask with for a newer one (RFC 9110 §13.1). */
  readonly condition: Record<string, string>
}

async function readPicture(
  answer: HttpAnswer,
  title: string,
  { maxPixels }: ImageOptions,
  { signal, count }: Reading
): Promise<PolledPicture> {
  const { etag, 'last-modified': modified } = answer.message.headers
  const data = await readBody(answer, { title, mostBytes, withinMs, signal })
  count(data.length)
  const header = readPictureHeader(data)
  if (!header) throw new SightlineError('SL_INPUT_NOT_VIDEO', `${title} is no picture: JPEG, PNG or WebP.`)
  const { codec, width, height } = header
  if (width * height > maxPixels) {
    const size = `${width}×${height}, more than the ${maxPixels} pixels allowed`
    throw new SightlineError('SL_INPUT_TOO_LARGE', `${title} has pictures of ${size}.`)
  }
  const condition: Record<string, string> = {}
  if (etag) condition['If-None-Match'] = etag
  else if (modified) condition['If-Modified-Since'] = modified
  return { data, format: { codec, parameterSets: Buffer.alloc(0) }, condition }
}
