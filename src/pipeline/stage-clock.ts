/** Where durations go: `StageTimings` in report/, or a metric. */
export interface DurationSink {
  add(stage: string, ms: number): void
}

/** Measures how long each stage takes, in milliseconds. */
export class StageClock {
  readonly #sink: DurationSink

  constructor(sink: DurationSink) {
    this.#sink = sink
  }

  async time<T>(stage: string, work: Promise<T>): Promise<T> {
    const startedMs = performance.now()
    const result = await work
    this.#sink.add(stage, performance.now() - startedMs)
    return result
  }

  timeSync<T>(stage: string, work: () => T): T {
    const startedMs = performance.now()
    const result = work()
    this.#sink.add(stage, performance.now() - startedMs)
    return result
  }

  /** Times each value of `source`, not what its reader does in between. */
  async *each<T>(stage: string, source: AsyncGenerator<T>): AsyncGenerator<T> {
    try {
      while (true) {
        const startedMs = performance.now()
        const { done, value } = await source.next()
        if (done) return
        this.#sink.add(stage, performance.now() - startedMs)
        yield value
      }
    } finally {
      await source.return(undefined)
    }
  }
}
