import { AsyncLocalStorage } from 'node:async_hooks'

/** What a line of the log, and a query of the store, is part of. */
export interface LogContext {
  readonly requestId: string
  /** Where the request is traced, and the step of somebody else's that it is part of. */
  readonly trace?: (TracePlace & { readonly parentId?: string }) | undefined
}

/** A span as others refer to it: 32 and 16 hexadecimal digits. */
export interface TracePlace {
  readonly traceId: string
  readonly spanId: string
}

const contexts = new AsyncLocalStorage<LogContext>()

/** Everything that `work` brings about is part of `context`. */
export function within<Result>(context: LogContext, work: () => Result): Result {
  return contexts.run(context, work)
}

export function logContext(): LogContext | undefined {
  return contexts.getStore()
}
