import { randomBytes } from 'node:crypto'
import type { TracePlace } from './log-context.ts'

/** A step of a request or of a frame, and how long it took: what a trace is made of. Plain data, sent between processes. */
export interface Span extends TracePlace {
  readonly name: string
  /** What answers somebody, what asks somebody else, or neither. */
  readonly kind: 'server' | 'client' | 'internal'
  /** Of the step that it is part of; undefined for the first of a trace. */
  readonly parentId?: string | undefined
  /** Epoch milliseconds, with fractions. */
  readonly beganMs: number
  readonly endedMs: number
  /** Never a secret, and never what somebody wrote. */
  readonly facts: Readonly<Record<string, string | number | boolean>>
  readonly failed?: boolean
}

/** Where spans go. Takes them at once, and gives up what it has no room for. */
export interface SpanSink {
  take(span: Span): void
}

export function newTrace(): TracePlace {
  return { traceId: randomBytes(16).toString('hex'), spanId: randomBytes(8).toString('hex') }
}

/** A step within that at `place`. */
export function childOf({ traceId, spanId }: TracePlace): TracePlace & { readonly parentId: string } {
  return { traceId, spanId: randomBytes(8).toString('hex'), parentId: spanId }
}

/** Epoch milliseconds of a time of the steady clock. */
export function wallMs(steadyMs = performance.now()): number {
  return performance.timeOrigin + steadyMs
}
