import type { Metric, Registry } from 'prom-client'

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>
  readonly value: number
  /** Behind the metric's name: `_sum`, `_count`, `_bucket`. */
  readonly suffix?: string
}

export interface Figure {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'summary' | 'histogram'
  readonly read: () => Iterable<Sample>
}

/**
 * A metric that others count and that is read when somebody asks. The registry's own counters only add up what this
 * process sees; of what workers report the sum so far is known, not each step.
 */
export function addFigure(registry: Registry, { name, help, type, read }: Figure): void {
  const get = async () => ({
    name,
    help,
    type,
    aggregator: 'sum',
    values: [...read()].map(({ labels = {}, value, suffix = '' }) => ({ labels, value, metricName: name + suffix }))
  })
  // The registry asks a metric for its name and its values; what its types ask for beyond is for those who count with it.
  registry.registerMetric({ name, get } as unknown as Metric)
}
