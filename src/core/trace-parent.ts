import type { TracePlace } from './log-context.ts'

/** What somebody says of the step that a request is part of. */
export interface TraceParent extends TracePlace {
  /** Whether they follow it themselves. */
  readonly isSampled: boolean
}

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/

/** The header `traceparent` (W3C Trace Context §3.2); undefined for what is none, which counts as left out. */
export function traceParent(header: string | readonly string[] | undefined): TraceParent | undefined {
  if (typeof header !== 'string') return undefined
  const [, version, traceId = '', spanId = '', flags = '', more] = shape.exec(header) ?? []
  const isNone = version === undefined || version === 'ff' || (version === '00' && more === '-')
  if (isNone || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return undefined
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 }
}
