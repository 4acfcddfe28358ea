/** One metric as /metrics serves it. */
export interface ServedMetric {
  readonly type: string
  /** Values of each label. */
  readonly labels: Map<string, Set<string>>
}

/** Reads Prometheus' text format: metrics by the name of their series, so that a histogram has three. */
export function readExposition(text: string): ReadonlyMap<string, ServedMetric> {
  const metrics = new Map<string, ServedMetric>()
  for (const line of text.split('\n')) {
    const [, declared, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? []
    if (declared !== undefined && type !== undefined)
      for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) {
        metrics.set(declared + suffix, { type, labels: new Map() })
      }
    const [, name = '', labels = ''] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+$/.exec(line) ?? []
    for (const [, label = '', value = ''] of labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      const known = metrics.get(name)?.labels
      known?.set(label, (known.get(label) ?? new Set()).add(value))
    }
  }
  return metrics
}
