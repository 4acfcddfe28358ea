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

/**
 * A picture that is asked for time and again. One that did not change is given out again: the camera is there, and shows
 * this.
 */
export function imageUnits(first: HttpAnswer, client: HttpClient, options: ImageOptions): UnitReader {
  return async function* (reading: Reading): AsyncGenerator<AccessUnit> {
    const { title, url } = client
    let picture = await readPicture(first, title, options, reading)
    let succeededMs = performance.now()
    for (;;) {
      const { data, format } = picture
      yield { data, format, isKey: true, sourceMs: succeededMs, arrivedMs: succeededMs }
      for (let isNew = false; !isNew; ) {
        await pause(options.intervalMs, undefined, { signal: reading.signal })
        try {
          const answer = await client.get(url, { signal: reading.signal, headers: picture.condition })
          if (answer.message.statusCode === 304) answer.message.destroy()
          else picture = await readPicture(answer, title, options, reading)
          isNew = true
        } catch (error) {
          const isPassing = error instanceof SightlineError && error.retryable && !reading.signal.aborted
          if (!isPassing || performance.now() - succeededMs > patienceMs) throw error
        }
      }
      succeededMs = performance.now()
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
