import { failures } from '../strings/shell.ts'

/** A refusal of the server (RFC 9457), or an answer that did not come. Branch on `code` and `status`, never on text. */
export class ApiProblem extends Error {
  /** 0 where nothing came. */
  readonly status: number
  /** `SL_…`; undefined where the server did not say one. */
  readonly code: string | undefined
  /** When it may be tried again. */
  readonly retryAfterMs: number | undefined

  constructor(status: number, message: string, { code, retryAfterMs, cause }: ProblemDetails = {}) {
    super(message, { cause })
    this.name = 'ApiProblem'
    this.status = status
    this.code = code
    this.retryAfterMs = retryAfterMs
  }
}

interface ProblemDetails {
  readonly code?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}

/** What the body of a refusal says. `body` is whatever came. */
export function problemOf({ status, headers }: Pick<Response, 'status' | 'headers'>, body: unknown): ApiProblem {
  const { detail, code } = (typeof body === 'object' && body !== null ? body : {}) as {
    detail?: unknown
    code?: unknown
  }
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  const sentence =
    status === 412 ? failures.changedMeanwhile : typeof detail === 'string' ? detail : failures.unreadable
  return new ApiProblem(status, sentence, {
    code: typeof code === 'string' ? code : undefined,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : undefined
  })
}

/** What to show of an error: a sentence for people, and the code for whoever they ask. */
export function problemText(error: unknown): { readonly sentence: string; readonly code: string | undefined } {
  if (error instanceof ApiProblem) return { sentence: error.message, code: error.code }
  return { sentence: failures.unforeseen, code: error instanceof Error ? error.message : undefined }
}
