import { type Attributes, type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { Logger } from '../core/log.ts'
import type { Span } from '../core/span.ts'
import type { SpanCounts, SpanExport } from './span-export.ts'
import type { TracePlan } from './trace-plan.ts'

/** Spans that wait for a collector that is slow or away: some megabytes. */
const mostWaiting = 2048
const batch = { maxQueueSize: mostWaiting, maxExportBatchSize: 256, scheduledDelayMillis: 2000 }
/** A collector that does not answer keeps a batch for so long; and what ends for no longer. */
const timeoutMillis = 5000

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL }
const scope = { name: 'sightline' }

/** The one place that knows OpenTelemetry's packages: its queue, its exporter and its model of a span. */
export class OtlpExport implements SpanExport {
  readonly #processor: BatchSpanProcessor
  readonly #resource: ReadableSpan['resource']
  readonly #log: Logger
  readonly #counts = { sent: 0, failed: 0, dropped: 0 }
  #waiting = 0
  #isFailing = false

  constructor({ url, headers, about }: TracePlan, log: Logger) {
    this.#log = log
    this.#resource = resourceFromAttributes({ ...about })
    const exporter = new OTLPTraceExporter({ url, headers: { ...headers }, timeoutMillis })
    this.#processor = new BatchSpanProcessor(this.#counted(exporter), { ...batch, exportTimeoutMillis: timeoutMillis })
  }

  get counts(): SpanCounts {
    return this.#counts
  }

  take(span: Span): void {
    if (this.#waiting >= mostWaiting) {
      this.#counts.dropped++
      return
    }
    this.#waiting++
    this.#processor.onEnd(readable(span, this.#resource))
  }

  /** What waits is sent, where the collector takes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#processor.shutdown().catch(error => this.#log.warn({ err: error }, 'the last traces could not be sent'))
  }

  #counted(exporter: SpanExporter): SpanExporter {
    return {
      export: (spans, done) =>
        exporter.export(spans, result => {
          this.#waiting -= spans.length
          this.#note(spans.length, result.code === 0 ? undefined : (result.error ?? new Error('It gave no reason.')))
          // What went wrong was said here: the processor would say it again, and elsewhere.
          done({ code: 0 })
        }),
      shutdown: () => exporter.shutdown()
    }
  }

  /** Says it once, and once more when it is over. */
  #note(spans: number, error: Error | undefined): void {
    this.#counts[error ? 'failed' : 'sent'] += spans
    if (error && !this.#isFailing) this.#log.warn({ err: error }, 'traces cannot be sent')
    if (!error && this.#isFailing) this.#log.warn('traces are sent again')
    this.#isFailing = error !== undefined
  }
}

function readable(span: Span, resource: ReadableSpan['resource']): ReadableSpan {
  const { name, kind, traceId, spanId, parentId, beganMs, endedMs, facts, failed = false } = span
  const context = { traceId, spanId, traceFlags: TraceFlags.SAMPLED }
  return {
    name,
    kind: kinds[kind],
    spanContext: () => context,
    ...(parentId !== undefined && {
      parentSpanContext: { traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED }
    }),
    startTime: highResolution(beganMs),
    endTime: highResolution(endedMs),
    duration: highResolution(endedMs - beganMs),
    status: { code: failed ? SpanStatusCode.ERROR : SpanStatusCode.UNSET },
    attributes: facts as Attributes,
    links: [],
    events: [],
    ended: true,
    resource,
    instrumentationScope: scope,
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0
  }
}

/** Seconds and nanoseconds. */
function highResolution(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000)
  return [seconds, Math.round((ms - seconds * 1000) * 1e6)]
}
