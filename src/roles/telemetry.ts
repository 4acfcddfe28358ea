import { createRequire } from 'node:module'
import { RequestCounts } from '../api/request-counts.ts'
import type { RequestWatchOptions } from '../api/request-watch.ts'
import type { Settings } from '../config/settings.ts'
import type { TelemetrySettings } from '../config/telemetry-settings.ts'
import type { Logger } from '../core/log.ts'
import { logContext } from '../core/log-context.ts'
import { childOf, type SpanSink, wallMs } from '../core/span.ts'
import type { Sink } from '../events/sink.ts'
import type { QueryWatch } from '../store/query-watch.ts'
import { openSpanExport, type SpanCounts, type SpanExport } from '../telemetry/span-export.ts'
import { type TracePlan, tracePlan } from '../telemetry/trace-plan.ts'
import { SinkTraces } from './sink-traces.ts'
import type { FromStreamWorker } from './streams/worker-messages.ts'

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string }

type Environment = Readonly<Record<string, string | undefined>>

/** What is told of how everything is doing, and to whom: as the settings have it at the moment. */
export class Telemetry implements AsyncDisposable {
  readonly requests = new RequestCounts()
  readonly #log: Logger
  readonly #environment: Environment
  readonly #sinks: SinkTraces
  /** Wherever spans go now: nowhere while there are no traces. */
  readonly #sink: SpanSink = { take: span => this.#spans?.take(span) }
  #settings: TelemetrySettings
  #plan: TracePlan | undefined
  #spans: SpanExport | undefined
  /** One exporter is exchanged for another after the other. */
  #turn: Promise<void> = Promise.resolve()
  #address: string | undefined

  private constructor(settings: TelemetrySettings, environment: Environment, log: Logger) {
    this.#settings = settings
    this.#environment = environment
    this.#log = log
    this.#plan = tracePlan(settings, environment, version)
    this.#sinks = new SinkTraces(this.#sink)
  }

  /** @throws SL_CONFIG_INVALID */
  static async open(settings: TelemetrySettings, environment: Environment, log: Logger): Promise<Telemetry> {
    const telemetry = new Telemetry(settings, environment, log)
    await telemetry.#exchange()
    return telemetry
  }

  /** Gives what has these settings hold. @throws SL_CONFIG_INVALID */
  follow({ telemetry = {} }: Settings): () => void {
    const plan = tracePlan(telemetry, this.#environment, version)
    return () => {
      this.#settings = telemetry
      this.#plan = plan
      this.#log.level = telemetry.logLevel ?? 'warn'
      const failed = (err: unknown) => this.#log.error({ err }, 'traces cannot be sent elsewhere')
      this.#turn = this.#turn.then(() => this.#exchange()).catch(failed)
    }
  }

  /** Who may read the figures. */
  get readers(): NonNullable<TelemetrySettings['metrics']> {
    return this.#settings.metrics ?? 'signed-in'
  }

  /** Frames of each stream that are followed in a minute: 0 where there are no traces. */
  get framesPerMinute(): number {
    return this.#plan?.framesPerMinute ?? 0
  }

  get spanCounts(): SpanCounts | undefined {
    return this.#spans?.counts
  }

  get watch(): RequestWatchOptions {
    const shareNow = () => this.#plan?.requests ?? 0
    const traces = {
      sink: this.#sink,
      get share() {
        return shareNow()
      }
    }
    return { log: this.#log, counts: this.requests, traces }
  }

  /** Tells what a request that is traced asks of the store. */
  get onQuery(): QueryWatch {
    return ({ text, system, durationMs, failed }) => {
      const place = this.#spans && logContext()?.trace
      if (!place) return
      const endedMs = wallMs()
      const facts = { 'db.system.name': system, 'db.query.text': text.slice(0, 1000) }
      this.#sink.take({
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

  followed(sink: Sink): Sink {
    return this.#sinks.follow(sink)
  }

  /** What workers tell of frames that are traced. */
  hear(message: Extract<FromStreamWorker, { type: 'spans' | 'logged' }>): void {
    if (message.type === 'logged') this.#sinks.expect(message.record, message.place)
    else for (const span of message.spans) this.#sink.take(span)
  }

  /** Resolves when traces go where they are to. */
  settled(): Promise<void> {
    return this.#turn
  }

  /** What waits is sent. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turn
    await this.#spans?.[Symbol.asyncDispose]()
  }

  /** Another collector: what waits goes to the one before. */
  async #exchange(): Promise<void> {
    const plan = this.#plan
    if (plan?.url === this.#address) return
    this.#address = plan?.url
    const before = this.#spans
    this.#spans = undefined
    await before?.[Symbol.asyncDispose]()
    if (plan) this.#spans = await openSpanExport(plan, this.#log)
  }
}
