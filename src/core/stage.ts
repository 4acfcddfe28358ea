/** One pure step of a stream's flow, fed in presentation order. Reads no clock, config or socket. */
export interface Stage<In, Out> {
  readonly name: string
  /** Zero or more outputs; an empty array means "nothing to say yet". */
  process(input: In): readonly Out[]
  /** End of stream: emit whatever is still held back. */
  flush(): readonly Out[]
  /** Counters for /metrics and the stream's page. Never throws. */
  snapshot(): Readonly<Record<string, number>>
}
