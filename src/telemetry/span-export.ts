import type { Logger } from '../core/log.ts'
import type { SpanSink } from '../core/span.ts'
import type { TracePlan } from './trace-plan.ts'

/** What became of spans. */
export interface SpanCounts {
  readonly sent: number
  /** The collector did not take them. */
  readonly failed: number
  /** Too many were waiting. */
  readonly dropped: number
}

/** Sends spans to a collector, a batch at a time. What waits is bounded: where the collector is away, spans are dropped. */
export interface SpanExport extends SpanSink, AsyncDisposable {
  readonly counts: SpanCounts
}

/** The vendor's part is only loaded by those who want traces. */
export async function openSpanExport(plan: TracePlan, log: Logger): Promise<SpanExport> {
  const { OtlpExport } = await import('./otlp-export.ts')
  return new OtlpExport(plan, log)
}
