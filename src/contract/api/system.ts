import Type from 'typebox'
import { closed, range, WallMs } from './fields.ts'

const count = Type.Integer({ minimum: 0 })
const unknown = Type.Union([count, Type.Null()])

/** How a serving Sightline is. */
export const System = Type.Object(
  {
    version: Type.String(),
    node: Type.String(),
    platform: Type.String(),
    startedMs: WallMs,
    /** Of the main process. */
    memoryBytes: count,
    /** What keeps it from doing all of its work, as `/readyz` has it. */
    problems: Type.Array(
      Type.Object({ part: Type.String(), code: Type.String(), message: Type.String(), sinceMs: WallMs }, closed)
    ),
    /** Processes that streams are watched in. */
    workers: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          load: Type.Number(),
          /** Null while it begins, as what it has not said yet is. */
          pid: unknown,
          /** It has one stream alone, which brought others down. */
          isAlone: Type.Boolean(),
          streams: Type.Array(Type.String()),
          memoryBytes: unknown,
          /** Records that wait for the disk. */
          queuedRecords: unknown
        },
        closed
      )
    ),
    /** Workers that ended without being told to, since the start. Their streams went to others. */
    workerDeaths: Type.Object(
      {
        count,
        /** The newest first, 20 at most. `how`: a signal's name, or a status. */
        last: Type.Array(Type.Object({ atMs: WallMs, name: Type.String(), how: Type.String(), streams: count }, closed))
      },
      closed
    ),
    /** Jobs that wait, and those that are worked on. */
    jobs: Type.Object({ queued: count, running: count }, closed),
    /** What workers have written down, and how far each sink has read it. */
    logs: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          bytes: count,
          /** False once its worker is gone. */
          alive: Type.Boolean(),
          sinks: Type.Array(
            Type.Object(
              {
                name: Type.String(),
                required: Type.Boolean(),
                lagRecords: count,
                lagMs: count,
                /** Records that it took, and that it refused for good; attempts that failed. */
                delivered: count,
                refused: count,
                failures: count
              },
              closed
            )
          )
        },
        closed
      )
    ),
    /** Records that a sink refused. */
    deadLetters: Type.Object({ letters: count, bytes: count }, closed),
    /** Files that are kept, by kind. A content that is kept for several reasons counts for each. */
    kept: Type.Array(Type.Object({ kind: Type.String(), references: count, bytes: count }, closed)),
    /** File systems that something is written to. */
    disks: Type.Array(Type.Object({ places: Type.Array(Type.String()), totalBytes: count, freeBytes: count }, closed))
  },
  { ...closed, title: 'System' }
)
export type System = Type.Static<typeof System>

const text = Type.String({ minLength: 1, maxLength: 512, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })

export const AuditQuery = Type.Object(
  { actor: Type.Optional(text), action: Type.Optional(text), subject: Type.Optional(text), ...range },
  closed
)
export type AuditQuery = Type.Static<typeof AuditQuery>

/** Who did what to what. */
export const AuditItem = Type.Object(
  {
    n: count,
    atMs: WallMs,
    actor: Type.String(),
    action: Type.String(),
    subject: Type.String(),
    detail: Type.Unknown()
  },
  { ...closed, title: 'AuditItem' }
)
export type AuditItem = Type.Static<typeof AuditItem>
