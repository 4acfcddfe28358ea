import Type from 'typebox'
import { closed, range, WallMs } from './fields.ts'

const count = Type.Integer({ minimum: 0 })

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
    workers: Type.Array(Type.Object({ name: Type.String(), load: Type.Number() }, closed)),
    /** What workers have written down, and how far each sink has read it. */
    logs: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          bytes: count,
          /** False once its worker is gone. */
          alive: Type.Boolean(),
          sinks: Type.Array(
            Type.Object({ name: Type.String(), required: Type.Boolean(), lagRecords: count, lagMs: count }, closed)
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

export const ModelName = Type.Object({ name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,62}$' }) }, closed)

/** A model of the catalogue. */
export const Model = Type.Object(
  {
    name: Type.String(),
    title: Type.String(),
    task: Type.String(),
    family: Type.String(),
    licence: Type.String(),
    /** What to know before using it: `default`, `non-commercial`, `copyleft`, `check-licence`, `unverified`. */
    flags: Type.Array(Type.String()),
    notes: Type.Union([Type.String(), Type.Null()]),
    bytes: Type.Union([count, Type.Null()]),
    input: Type.Object({ width: count, height: count }, closed),
    /** What it tells apart: `coco` for the 80 classes of COCO; null where it tells nothing apart. */
    classes: Type.Union([Type.Array(Type.String()), Type.Literal('coco'), Type.Null()]),
    /** Whether its file is here; else it is downloaded when it is used first. */
    isPresent: Type.Boolean()
  },
  { ...closed, title: 'Model' }
)
export type Model = Type.Static<typeof Model>
