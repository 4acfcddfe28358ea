import type { IncomingMessage } from 'node:http'
import { SightlineError } from '../../../core/errors.ts'
import type { AccessUnit, SourceConnection, SourceCounters, SourceFormat } from '../source.ts'
import { UnitQueue } from '../unit-queue.ts'
import { UnitBrake } from '../unit-rate.ts'
import type { HttpAnswer, HttpClient } from './http-client.ts'
import { MultipartParser } from './multipart-parser.ts'

/** A camera's motion JPEG over HTTP: `multipart/x-mixed-replace`, one picture a part. Throws SL_INPUT_REFUSED for an answer that is none. */
export function openMjpeg({ message }: HttpAnswer, { title }: HttpClient): SourceConnection {
  const type = message.headers['content-type'] ?? ''
  const [, quoted, bare] = /^multipart\/[^;]+;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type) ?? []
  const boundary = quoted ?? bare
  if (boundary !== undefined) return new MjpegConnection(message, boundary, title)
  message.destroy()
  throw new SightlineError('SL_INPUT_REFUSED', `${title} sends ${type || 'something unnamed'}, no motion JPEG.`)
}

class MjpegConnection implements SourceConnection {
  readonly format: SourceFormat = { codec: 'mjpeg', parameterSets: Buffer.alloc(0) }
  readonly description = 'motion JPEG over HTTP'
  readonly #answer: IncomingMessage
  readonly #queue = new UnitQueue()
  readonly #brake = new UnitBrake()
  #rest: NodeJS.Timeout | undefined
  #bytes = 0

  constructor(answer: IncomingMessage, boundary: string, title: string) {
    this.#answer = answer
    const parser = new MultipartParser(boundary)
    const fail = (code: 'SL_INPUT_NETWORK' | 'SL_INPUT_DAMAGED', why: string, cause?: unknown) =>
      this.#queue.end(new SightlineError(code, `${title}: ${why}.`, { cause, retryable: true }))
    answer.on('data', (chunk: Buffer) => {
      this.#bytes += chunk.length
      try {
        for (const { body } of parser.take(chunk)) if (body.length > 0) this.#take(unitOf(body))
      } catch (cause) {
        fail('SL_INPUT_DAMAGED', cause instanceof Error ? cause.message : String(cause), cause)
        answer.destroy()
      }
    })
    answer.on('end', () => this.#queue.end())
    answer.on('error', cause => fail('SL_INPUT_NETWORK', `the connection broke: ${cause.message}`, cause))
    answer.on('close', () => fail('SL_INPUT_NETWORK', 'the connection was closed'))
  }

  get counters(): SourceCounters {
    return { bytes: this.#bytes, lostPackets: 0, droppedUnits: this.#queue.dropped }
  }

  #take(unit: AccessUnit): void {
    this.#queue.push(unit)
    const restMs = this.#brake.restMs(unit.arrivedMs)
    if (restMs === 0) return
    clearTimeout(this.#rest)
    this.#answer.pause()
    this.#rest = setTimeout(() => this.#answer.resume(), restMs)
  }

  units(): AsyncGenerator<AccessUnit> {
    return this.#queue.units()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#rest)
    this.#queue.end()
    this.#answer.destroy()
  }
}

/** HTTP carries no times: a picture is shown when it comes. */
function unitOf(data: Buffer): AccessUnit {
  const arrivedMs = performance.now()
  return { data, isKey: true, sourceMs: arrivedMs, arrivedMs }
}
