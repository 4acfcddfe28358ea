import { createHash, type Hash } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { SightlineError } from '../../core/errors.ts'
import type { StreamedBody } from '../rest/once.ts'

/** Fields of a form beside its file, and how long one may be. */
const mostFields = 10
const longestField = 8000

/** The file of a form, and what the form says of it. */
export interface FormFile {
  readonly filename: string
  /** Not a byte of it is read before it is asked for. */
  readonly content: AsyncIterable<Buffer>
  /** Reads the rest and keeps nothing of it: else its sender hears late why it is refused. */
  readonly skip: () => void
  /** Whether it went on behind the bytes that are taken. Known when it was read. */
  readonly isTooLong: () => boolean
  readonly analyse: boolean
  readonly settings: string | undefined
}

/** A form (RFC 7578) as it comes, up to the end of its first file; of other fields those before the file count. It is read once. */
export class SentForm implements StreamedBody {
  readonly #request: FastifyRequest
  readonly #maxBytes: number
  /** Some seconds for a film: only a key asks for it. */
  readonly #hash: Hash | undefined

  constructor(request: FastifyRequest, maxBytes: number) {
    this.#request = request
    this.#hash = request.headers['idempotency-key'] === undefined ? undefined : createHash('sha256')
    this.#maxBytes = maxBytes
  }

  /**
   * @param take reads the file
   * @throws SL_REQUEST_INVALID without a file, and for what cannot be read
   */
  async read<Taken>(take: (file: FormFile) => Promise<Taken>): Promise<Taken> {
    const limits = {
      ...{ files: 1, fields: mostFields, parts: mostFields + 1, fieldSize: longestField, fieldNameSize: 100 },
      ...{ headerPairs: 50, fileSize: Number.isFinite(this.#maxBytes) ? this.#maxBytes : Number.MAX_SAFE_INTEGER }
    }
    let analyse = true
    let settings: string | undefined
    try {
      for await (const part of this.#request.parts({ limits })) {
        const { type, fieldname } = part
        if (type === 'file') {
          const { filename, file } = part
          this.#note([fieldname, filename])
          const [skip, isTooLong] = [() => void file.resume(), () => file.truncated]
          return await take({ filename, content: this.#noted(file), skip, isTooLong, analyse, settings })
        }
        // Of a part that says it is JSON, the value comes parsed.
        const value = typeof part.value === 'string' ? part.value : JSON.stringify(part.value)
        this.#note([fieldname, value])
        if (fieldname === 'analyse') analyse = value !== 'no'
        if (fieldname === 'settings') settings = value
      }
    } catch (error) {
      throw isUnreadable(error)
        ? new SightlineError('SL_REQUEST_INVALID', `The form cannot be read: ${error.message}.`, { cause: error })
        : error
    }
    throw new SightlineError('SL_REQUEST_INVALID', 'There is no file in the form: send one, as the field `file`.')
  }

  async skim(): Promise<void> {
    await this.read(async ({ content }) => {
      for await (const _chunk of content);
    })
  }

  /** The same for the same fields, name and bytes, whatever stands between them. */
  digest(): string | undefined {
    return this.#hash?.digest('base64url')
  }

  #note(facts: readonly unknown[]): void {
    this.#hash?.update(`${JSON.stringify(facts)}\n`)
  }

  async *#noted(file: Readable): AsyncGenerator<Buffer> {
    for await (const chunk of file as AsyncIterable<Buffer>) {
      this.#hash?.update(chunk)
      yield chunk
    }
  }
}

/** What reads forms refuses them with errors of no kind of their own, such as for one without a boundary. */
function isUnreadable(error: unknown): error is Error {
  return error instanceof Error && error.constructor === Error && !('code' in error)
}
