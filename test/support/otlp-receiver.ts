import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]
  readonly status: { readonly code?: number }
}

/**
 * A collector's receiver, scripted: takes OTLP over HTTP in JSON (opentelemetry-proto's trace service), keeps what came, and
 * answers as it is told. No collector: it stores and forwards nothing.
 */
export class OtlpReceiver implements AsyncDisposable {
  readonly spans: ReceivedSpan[] = []
  /** Of each request, as it came. */
  readonly bodies: string[] = []
  readonly headers: IncomingHttpHeaders[] = []
  /** What the senders said of themselves. */
  readonly resources: Readonly<Record<string, unknown>>[] = []
  status = 200
  readonly #server = createServer(async (request, response) => {
    const body = request.headers['content-encoding'] === 'gzip' ? await unzipped(request) : await text(request)
    this.headers.push(request.headers)
    this.bodies.push(body)
    if (this.status === 200 && request.url === '/v1/traces') this.#keep(body)
    response.writeHead(this.status, { 'content-type': 'application/json' }).end('{}')
  })

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver()
    receiver.#server.listen(0, '127.0.0.1')
    await once(receiver.#server, 'listening')
    return receiver
  }

  /** As $OTEL_EXPORTER_OTLP_ENDPOINT has it. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Steps of the trace that `span` is part of, by name. */
  stepsOf({ traceId }: ReceivedSpan): ReadonlyMap<string, ReceivedSpan> {
    return new Map(this.spans.filter(span => span.traceId === traceId).map(span => [span.name, span]))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise(resolve => this.#server.close(resolve))
  }

  #keep(body: string): void {
    const { resourceSpans } = JSON.parse(body) as {
      readonly resourceSpans: readonly {
        readonly resource: { readonly attributes: ReceivedSpan['attributes'] }
        readonly scopeSpans: readonly { readonly spans: readonly ReceivedSpan[] }[]
      }[]
    }
    for (const { resource, scopeSpans } of resourceSpans) {
      this.resources.push(factsOf(resource))
      for (const { spans } of scopeSpans) this.spans.push(...spans)
    }
  }
}

export function factsOf({ attributes }: Pick<ReceivedSpan, 'attributes'>): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
}

async function unzipped(request: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return gunzipSync(Buffer.concat(parts)).toString()
}
