import { createRequire } from 'node:module'
import { RequestCounts } from '../api/request-counts.ts'
import type { RequestWatchOptions } from '../api/request-watch.ts'
import type { TelemetrySettings } from '../config/telemetry-settings.ts'
import type { Logger } from '../core/log.ts'
import { logContext } from '../core/log-context.ts'
import { childOf, wallMs } from '../core/span.ts'
import type { Sink } from '../events/sink.ts'
import type { QueryWatch } from '../store/query-watch.ts'
import { openSpanExport, type SpanCounts, type SpanExport } from '../telemetry/span-export.ts'
import { type TracePlan, tracePlan } from '../telemetry/trace-plan.ts'
import { SinkTraces } from './sink-traces.ts'
import type { FromStreamWorker } from './streams/worker-messages.ts'

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

/** What is told of how everything is doing, and to whom. */
export class Telemetry implements AsyncDisposable {
  readonly requests = new RequestCounts()
  readonly settings: TelemetrySettings
  readonly #log: Logger
  readonly #plan: TracePlan | undefined
  readonly #spans: SpanExport | undefined
  readonly #sinks: SinkTraces | undefined

  private constructor(settings: TelemetrySettings, log: Logger, plan?: TracePlan, spans?: SpanExport) {
    this.settings = settings
    this.#log = log
    this.#plan = plan
    this.#spans = spans
    this.#sinks = spans && new SinkTraces(spans)
  }

  /** @throws SL_CONFIG_INVALID */
  static async open(
    settings: TelemetrySettings,
    environment: Readonly<Record<string, string | undefined>>,
    log: Logger
  ): Promise<Telemetry> {
    const plan = tracePlan(settings, environment, version)
    return new Telemetry(settings, log, plan, plan && (await openSpanExport(plan, log)))
  }

  /** Frames of each stream that are followed in a minute: 0 where there are no traces. */
  get framesPerMinute(): number {
    return this.#plan?.framesPerMinute ?? 0
  }

  get spanCounts(): SpanCounts | undefined {
    return this.#spans?.counts
  }

  get watch(): RequestWatchOptions {
    const traces = this.#spans && { sink: this.#spans, share: this.#plan?.requests ?? 0 }
    return { log: this.#log, counts: this.requests, traces }
  }

  /** Tells what a request that is traced asks of the store. Undefined where there are no traces. */
  get onQuery(): QueryWatch | undefined {
    const spans = this.#spans
    if (!spans) return undefined
    return ({ text, system, durationMs, failed }) => {
      const place = logContext()?.trace
      if (!place) return
      const endedMs = wallMs()
      const facts = { 'db.system.name': system, 'db.query.text': text.slice(0, 1000) }
      spans.take({
        ...childOf(place),
        name: `store ${text.split(' ', 1)[0]}`,
        kind: 'client',
        beganMs: endedMs - durationMs,
        endedMs,
        facts,
        failed
      })
    }
  }

  follow(sink: Sink): Sink {
    return this.#sinks?.follow(sink) ?? sink
  }

  /** What workers tell of frames that are traced. */
  hear(message: Extract<FromStreamWorker, { type: 'spans' | 'logged' }>): void {
    if (message.type === 'logged') this.#sinks?.expect(message.record, message.place)
    else for (const span of message.spans) this.#spans?.take(span)
  }

  /** What waits is sent. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spans?.[Symbol.asyncDispose]()
  }
}
