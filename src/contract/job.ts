import Type from 'typebox'
import Value from 'typebox/value'
import { Name } from './geometry.ts'

const count = Type.Integer({ minimum: 0 })
const timeMs = Type.Integer()
const closed = { additionalProperties: false }

export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const

/** A piece of work that waits, is done by a program of its own, and is kept in the list afterwards. */
export const Job = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z2-9]{12}$' }),
    /** What is to be done: `analysis`. */
    kind: Type.String({ minLength: 1, maxLength: 64 }),
    state: Type.Enum(jobStates),
    /** Higher first; those of the same priority in the order in which they came. */
    priority: Type.Integer(),
    /** Path, or `asset:` and digest. */
    input: Type.String(),
    /** As its kind understands them. */
    options: Type.Unknown(),
    /** Where its records belong, the same in every attempt. */
    stream: Name,
    epoch: Type.Integer({ minimum: 1 }),
    /** Attempts begun. */
    attempt: count,
    maxAttempts: Type.Integer({ minimum: 1 }),
    cancelAsked: Type.Boolean(),
    /** Share of the work done by this attempt. */
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    progressText: Type.String(),
    /** Why it failed, or why the attempt before did. */
    error: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }, closed), Type.Null()]),
    result: Type.Unknown(),
    /** Not before; 0: at once. */
    dueMs: timeMs,
    createdMs: timeMs,
    startedMs: Type.Union([timeMs, Type.Null()]),
    endedMs: Type.Union([timeMs, Type.Null()])
  },
  closed
)
export type Job = Type.Static<typeof Job>

/** What a job's worker says to the program that started it, a line of JSON each. It has read a file nobody vouches for. */
export const WorkerMessage = Type.Union([
  Type.Object(
    {
      type: Type.Literal('progress'),
      share: Type.Number({ minimum: 0, maximum: 1 }),
      text: Type.String({ maxLength: 200 }),
      /** Memory it takes, as it knows it itself. */
      rssBytes: count
    },
    closed
  ),
  Type.Object({ type: Type.Literal('done'), report: Type.Unknown() }, closed),
  Type.Object(
    {
      type: Type.Literal('failed'),
      code: Type.String({ maxLength: 64 }),
      message: Type.String({ maxLength: 4000 }),
      retryable: Type.Boolean()
    },
    closed
  )
])
export type WorkerMessage = Type.Static<typeof WorkerMessage>

/** Undefined for a line that is no message. */
export function readWorkerMessage(line: string): WorkerMessage | undefined {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  return Value.Check(WorkerMessage, value) ? value : undefined
}
