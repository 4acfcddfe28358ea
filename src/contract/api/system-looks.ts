import Type from 'typebox'
import { closed, WallMs } from './fields.ts'

const count = Type.Integer({ minimum: 0 })
const share = Type.Number({ minimum: 0, maximum: 1 })
const unknown = Type.Union([count, Type.Null()])

/** What a look at one thing has found. */
export const Finding = Type.Object(
  {
    /** What was looked at, such as `disk`: one word that stays. */
    check: Type.String(),
    /** `wrong` keeps Sightline from working; with a `note` it works worse than it could. */
    state: Type.Enum(['well', 'note', 'wrong']),
    found: Type.String(),
    /** What to do about it, for whatever is not well. */
    remedy: Type.Optional(Type.String())
  },
  { ...closed, title: 'Finding' }
)
export type Finding = Type.Static<typeof Finding>

/** What the machine, the settings and the store look like from inside. */
export const Examination = Type.Object(
  { isWell: Type.Boolean(), findings: Type.Array(Finding) },
  { ...closed, title: 'Examination' }
)
export type Examination = Type.Static<typeof Examination>

/** What is kept, for how long, and how much room there is for it. As retention saw it last: it looks every ten seconds. */
export const DiskUse = Type.Object(
  {
    /** Shares of a disk in use: from `prune` on the oldest goes, then no clips are kept, then no uploads are taken. */
    limits: Type.Object({ prune: share, stopClips: share, stopUploads: share }, closed),
    disks: Type.Array(
      Type.Object(
        { places: Type.Array(Type.String()), totalBytes: count, freeBytes: count, isPruned: Type.Boolean() },
        closed
      )
    ),
    /** `log`, `store`, `media`: what each takes, and what it may; null for no limit, or where nobody has counted. */
    places: Type.Array(Type.Object({ place: Type.String(), bytes: unknown, atMostBytes: unknown }, closed)),
    kinds: Type.Array(
      Type.Object(
        {
          kind: Type.String(),
          place: Type.String(),
          /** Null: for ever. */
          keepMs: unknown,
          atMostBytes: unknown,
          /** Null where nobody counts it: rows are counted where they may only take so much. */
          bytes: unknown,
          /** When the oldest of it came; null where there is none. */
          oldestMs: Type.Union([WallMs, Type.Null()]),
          /** Streams that something of it is kept of, and those for which another rule holds. */
          streams: count,
          exceptions: count
        },
        closed
      )
    )
  },
  { ...closed, title: 'DiskUse' }
)
export type DiskUse = Type.Static<typeof DiskUse>

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export const mostLogLines = 500

export const LogQuery = Type.Object(
  {
    level: Type.Optional(Type.Enum(levels, { description: 'This one and what is worse; everything unless said.' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: mostLogLines, description: 'Default: 100.' }))
  },
  closed
)
export type LogQuery = Type.Static<typeof LogQuery>

/** What the program has written into its log lately. Secrets were hidden when the lines were made. */
export const LogLines = Type.Object(
  {
    /** How much is logged at all. */
    level: Type.String(),
    /** The newest first. */
    items: Type.Array(
      Type.Object(
        {
          n: count,
          atMs: WallMs,
          level: Type.Enum(levels),
          /** `main`, or a worker's name. */
          process: Type.String(),
          message: Type.String(),
          /** What stands beside it. */
          facts: Type.Record(Type.String(), Type.Unknown())
        },
        closed
      )
    )
  },
  { ...closed, title: 'LogLines' }
)
export type LogLines = Type.Static<typeof LogLines>
