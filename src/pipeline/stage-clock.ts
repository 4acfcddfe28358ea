/** Where durations go: `StageTimings` in report/, or a metric. */
export interface DurationSink {
  /** `frame`: whose it was, where that is known. */
  add(stage: string, ms: number, frame?: object): void
}

/** Measures how long each stage takes, in milliseconds. */
export class StageClock {
  readonly #sink: DurationSink

  constructor(sink: DurationSink) {
    this.#sink = sink
  }

  async time<T>(stage: string, work: Promise<T>, frame?: object): Promise<T> {
    const startedMs = performance.now()
    const result = await work
    this.#sink.add(stage, performance.now() - startedMs, frame)
    return result
  }

  timeSync<T>(stage: string, work: () => T, frame?: object): T {
    const startedMs = performance.now()
    const result = work()
    this.#sink.add(stage, performance.now() - startedMs, frame)
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
