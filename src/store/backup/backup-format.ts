import Type from 'typebox'

/**
 * A backup is a tar of, in this order: `manifest.json`, `epochs.json`, for each table its parts
 * (`tables/NAME/000001.ndjson.gz`, …) and their list (`tables/NAME.json`), records that the store did not have yet
 * (`records/000001.ndjson.gz`, …) or would not take (`dead-letters/…`), `secrets/NAME` where asked for, `blobs/DIGEST`,
 * and `trailer.json`. docs/spec/backup.md says it in full.
 */
export const backupFormat = 'sightline-backup'
export const backupVersion = 1

/** A part is closed when its text is that long. Larger parts pack a little better and take more memory. */
export const partTextBytes = 2 ** 20

/** What a reader takes at most of an entry: a file that claims more was not written by this program. */
export const limits = {
  manifestBytes: 2 ** 20,
  epochsBytes: 64 * 2 ** 20,
  listBytes: 64 * 2 ** 20,
  partBytes: 64 * 2 ** 20,
  /** Text of a part, unpacked. One row may be longer than a part should be. */
  textBytes: 128 * 2 ** 20,
  secretBytes: 2 ** 20,
  trailerBytes: 2 ** 27
}

const closed = { additionalProperties: false }
const count = Type.Integer({ minimum: 0 })
const digest = Type.String({ pattern: '^[0-9a-f]{64}$' })

/** First, so that whether a file can be restored is known before anything of it is touched. */
export const Manifest = Type.Object(
  {
    format: Type.Literal(backupFormat),
    version: Type.Integer({ minimum: 1 }),
    program: Type.String({ maxLength: 100 }),
    database: Type.Enum(['sqlite', 'postgres']),
    createdMs: Type.Integer(),
    /** Names of the migrations that made the tables, in their order. */
    migrations: Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 10_000 }),
    tables: Type.Array(Type.Object({ name: Type.String({ maxLength: 100 }), rows: count }, closed), { maxItems: 1000 }),
    blobs: Type.Boolean(),
    secrets: Type.Boolean()
  },
  closed
)
export type Manifest = Type.Static<typeof Manifest>

export const PartFacts = Type.Object({ rows: count, bytes: count, sha256: digest }, closed)
export type PartFacts = Type.Static<typeof PartFacts>

/** The parts of a table, in their order. */
export const PartList = Type.Object({ parts: Type.Array(PartFacts) }, closed)

export const EpochEntries = Type.Array(
  Type.Object({ stream: Type.String({ maxLength: 100 }), epoch: Type.Integer({ minimum: 1 }) }, closed)
)
/** The highest epoch that a stream had. */
export type EpochEntry = Type.Static<typeof EpochEntries>[number]

export const Trailer = Type.Object(
  {
    /** Entries before this one, and what they say together: the SHA-256 of a line `name bytes sha256` for each. */
    entries: count,
    sha256: digest,
    /** Contents that the rows tell of and the store did not have, and those it had damaged: they are not restored. */
    missingBlobs: count,
    damagedBlobs: Type.Array(digest, { maxItems: 1_000_000 })
  },
  closed
)
export type Trailer = Type.Static<typeof Trailer>

export type EntryKind = 'manifest' | 'epochs' | 'part' | 'list' | 'records' | 'letters' | 'secret' | 'blob' | 'trailer'

interface EntryShape {
  readonly kind: EntryKind
  readonly name: RegExp
  readonly maxBytes: number
}

/** Every name that a backup may have. Nothing that leads out of a folder can match. */
const shapes: readonly EntryShape[] = [
  { kind: 'manifest', name: /^manifest\.json$/, maxBytes: limits.manifestBytes },
  { kind: 'epochs', name: /^epochs\.json$/, maxBytes: limits.epochsBytes },
  { kind: 'part', name: /^tables\/([a-z_]{1,63})\/\d{6,9}\.ndjson\.gz$/, maxBytes: limits.partBytes },
  { kind: 'list', name: /^tables\/([a-z_]{1,63})\.json$/, maxBytes: limits.listBytes },
  { kind: 'records', name: /^records\/\d{6,9}\.ndjson\.gz$/, maxBytes: limits.partBytes },
  { kind: 'letters', name: /^dead-letters\/\d{6,9}\.ndjson\.gz$/, maxBytes: limits.partBytes },
  { kind: 'secret', name: /^secrets\/([a-z0-9][a-z0-9_-]{0,62}(?:\.[a-z0-9]{1,10})?)$/, maxBytes: limits.secretBytes },
  { kind: 'blob', name: /^blobs\/([0-9a-f]{64})$/, maxBytes: Number.MAX_SAFE_INTEGER },
  { kind: 'trailer', name: /^trailer\.json$/, maxBytes: limits.trailerBytes }
]

/** What an entry of that name is, and what it is of: its table, digest or file. */
export function entryOf(name: string): { kind: EntryKind; of: string; maxBytes: number } | undefined {
  for (const { kind, name: shape, maxBytes } of shapes) {
    const found = shape.exec(name)
    if (found) return { kind, of: found[1] ?? '', maxBytes }
  }
  return undefined
}

export const partName = (table: string, part: number): string => `tables/${table}/${partFile(part)}`
export const recordsName = (part: number): string => `records/${partFile(part)}`
export const lettersName = (part: number): string => `dead-letters/${partFile(part)}`
export const listName = (table: string): string => `tables/${table}.json`

function partFile(part: number): string {
  return `${String(part).padStart(6, '0')}.ndjson.gz`
}
