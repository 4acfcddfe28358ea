import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'
import Type, { type Static, type TSchema } from 'typebox'
import Value from 'typebox/value'
import type { SightlineError } from '../../core/errors.ts'
import {
  type AnsweredTensor,
  authorization,
  type Inference,
  type KserveClient,
  mostAnswerBytes,
  mostMetadataBytes,
  type RemoteMetadata,
  type RemotePlace,
  remoteFault,
  tooLarge,
  tooLate
} from './kserve-client.ts'
import { numbersOf } from './tensor-types.ts'

const Spec = Type.Object({ name: Type.String(), datatype: Type.String(), shape: Type.Array(Type.Integer()) })
const Specs = Type.Array(Spec, { maxItems: 64 })
const Model = Type.Object({ inputs: Specs, outputs: Specs })
const Server = Type.Object({ extensions: Type.Array(Type.String()) })
const Output = Type.Object({
  ...Spec.properties,
  parameters: Type.Optional(Type.Object({ binary_data_size: Type.Optional(Type.Integer({ minimum: 0 })) })),
  data: Type.Optional(Type.Unknown())
})
const Answer = Type.Object({ outputs: Type.Array(Output, { maxItems: 64 }) })

/** How long the JSON before an answer's or a request's bytes is: the binary tensor data extension. */
const headerLength = 'inference-header-content-length'

/**
 * Objects, lists and texts in an answer's JSON: outputs have a list for each of their rows at most. Others take many times their bytes
 * of memory, and where that ends in the middle of parsing, V8 ends the process and not only the thread.
 */
const mostParts = 2 ** 20
const partBeginnings = Buffer.from('{["')

interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** KServe v2 over HTTP: JSON, with numbers as bytes behind it where the server has that extension. */
export class KserveHttp implements KserveClient {
  readonly #place: RemotePlace
  readonly #url: URL
  readonly #agent: Agent
  readonly #model: string

  constructor(place: RemotePlace, url: URL) {
    this.#place = place
    this.#url = url
    this.#agent = url.protocol === 'https:' ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
    const version = place.version === undefined ? '' : `/versions/${encodeURIComponent(place.version)}`
    this.#model = `/models/${encodeURIComponent(place.model)}${version}`
  }

  async metadata(timeoutMs: number): Promise<RemoteMetadata> {
    const [model, server] = await Promise.all([
      this.#exchange(this.#model, timeoutMs),
      this.#exchange('', timeoutMs).catch(() => undefined)
    ])
    const { inputs, outputs } = this.#read(Model, this.#accepted(model).body, 'metadata')
    const extensions = server?.status === 200 ? this.#extensions(server.body) : []
    return { inputs, outputs, isBinary: extensions.includes('binary_tensor_data') }
  }

  async infer({ input, outputs, isBinary }: Inference, timeoutMs: number): Promise<readonly AnsweredTensor[]> {
    const { bytes, ...spec } = input
    const tensor = isBinary
      ? { ...spec, parameters: { binary_data_size: bytes.byteLength } }
      : { ...spec, data: Array.from(numbersOf(spec.datatype, bytes)!) }
    const wanted = outputs.map(name => (isBinary ? { name, parameters: { binary_data: true } } : { name }))
    const head = Buffer.from(JSON.stringify({ inputs: [tensor], outputs: wanted }))
    const parts = isBinary ? [head, bytes] : [head]
    const answer = await this.#exchange(`${this.#model}/infer`, timeoutMs, parts)
    return this.#outputs(this.#accepted(answer))
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  #outputs({ headers, body }: HttpAnswer): readonly AnsweredTensor[] {
    const length = headers[headerLength]
    const end = length === undefined ? body.length : Number(length)
    if (!(Number.isInteger(end) && end >= 0 && end <= body.length))
      throw this.#invalid(`says that ${length} of ${body.length} bytes are JSON`)
    let at = end
    return this.#read(Answer, body.subarray(0, end), 'outputs').outputs.map(
      ({ name, datatype, shape, parameters, data }) => {
        const bytes = parameters?.binary_data_size
        if (bytes === undefined && Array.isArray(data))
          return { name, datatype, shape, values: data.flat(Number.POSITIVE_INFINITY) as readonly unknown[] }
        if (bytes === undefined || at + bytes > body.length)
          throw this.#invalid(`gives output '${name}' without its numbers`)
        const values = body.subarray(at, at + bytes)
        at += bytes
        return { name, datatype, shape, values }
      }
    )
  }

  #extensions(body: Buffer): readonly string[] {
    try {
      return this.#read(Server, body, 'extensions').extensions
    } catch {
      return []
    }
  }

  #read<Schema extends TSchema>(schema: Schema, body: Buffer, what: string): Static<Schema> {
    if (hasTooManyParts(body)) throw this.#invalid(`answers with ${what} in more than ${mostParts} parts`)
    let value: unknown
    try {
      value = JSON.parse(body.toString())
    } catch (cause) {
      throw this.#invalid(`answers with ${what} that are no JSON`, cause)
    }
    if (Value.Check(schema, value)) return value
    throw this.#invalid(`answers with ${what} that are not those of KServe v2`)
  }

  #accepted(answer: HttpAnswer): HttpAnswer {
    const { status, body } = answer
    if (status === 200) return answer
    const why = `answers ${status}: ${body.subarray(0, 200).toString().trim() || 'nothing more'}`
    const isTemporary = status >= 500 || status === 429 || status === 408
    throw remoteFault(isTemporary ? 'SL_REMOTE_FAILED' : 'SL_REMOTE_REFUSED', this.#place, why)
  }

  #invalid(reason: string, cause?: unknown): SightlineError {
    return remoteFault('SL_REMOTE_INVALID', this.#place, reason, cause)
  }

  /** @param parts the first is JSON; without any it is a question */
  #exchange(path: string, timeoutMs: number, parts: readonly Uint8Array[] = []): Promise<HttpAnswer> {
    const { hostname, port, pathname, protocol } = this.#url
    const request = protocol === 'https:' ? tlsRequest : plainRequest
    const [head, bytes] = parts
    const headers = {
      ...authorization(this.#url),
      ...(head && {
        'content-type': bytes ? 'application/octet-stream' : 'application/json',
        'content-length': parts.reduce((sum, part) => sum + part.byteLength, 0)
      }),
      ...(head && bytes && { [headerLength]: head.byteLength })
    }
    const options = {
      // An address of IPv6 stands in brackets in a URL, and nowhere else.
      ...{ hostname: hostname.replace(/^\[|\]$/g, ''), port, headers, agent: this.#agent },
      ...{ path: `${pathname.replace(/\/$/, '')}/v2${path}`, method: head ? 'POST' : 'GET' }
    }
    return new Promise((resolve, reject) => {
      const asked = request(options)
      // Once an answer has begun, its end tells only that it was broken off.
      let late: SightlineError | undefined
      const timer = setTimeout(() => {
        late = tooLate(this.#place, timeoutMs)
        asked.destroy(late)
      }, timeoutMs)
      const end = (error: Error) => {
        clearTimeout(timer)
        if (late || 'retryable' in error) return reject(late ?? error)
        const reason = `cannot be reached (${error.message})`
        reject(remoteFault('SL_REMOTE_FAILED', this.#place, reason, error))
      }
      asked.on('error', end)
      let isAnswered = false
      // One that changes the protocol of a sudden is neither an answer nor an error.
      asked.on('close', () => {
        if (!isAnswered) end(new Error('the connection was closed'))
      })
      asked.on('response', answer => {
        isAnswered = true
        this.#collect(answer, head ? mostAnswerBytes : mostMetadataBytes).then(body => {
          clearTimeout(timer)
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body })
        }, end)
      })
      for (const part of parts) asked.write(part)
      asked.end()
    })
  }

  async #collect(answer: IncomingMessage, mostBytes: number): Promise<Buffer> {
    const chunks: Buffer[] = []
    let bytes = 0
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length
      // Leaving the loop destroys the connection.
      if (bytes > mostBytes) throw tooLarge(this.#place, mostBytes)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks)
  }
}

/** Among numbers there are hardly any: a search for them passes over an answer in a millisecond. */
function hasTooManyParts(text: Buffer): boolean {
  let parts = 0
  for (const beginning of partBeginnings)
    for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + 1))
      if (++parts > mostParts) return true
  return false
}
