import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import type { Static, TSchema } from 'typebox'
import Value from 'typebox/value'
import { SightlineError } from '../../core/errors.ts'
import {
  backupFormat,
  backupVersion,
  type EntryKind,
  EpochEntries,
  type EpochEntry,
  Manifest,
  type PartFacts,
  PartList,
  partName,
  Trailer
} from './backup-format.ts'
import { backedUpTables, withSecretRows } from './backup-tables.ts'
import { type BackupEntry, backupEntries, bytesOf, damaged, foreign } from './read-backup.ts'

export interface VerifiedBackup {
  readonly manifest: Manifest
  readonly epochs: readonly EpochEntry[]
  readonly trailer: Trailer
}

export interface VerifyOptions {
  /** Migrations that this program knows, in their order. */
  readonly migrations: readonly string[]
  readonly signal?: AbortSignal
  /** Bytes of the file that were looked at. */
  onProgress?(done: number, total: number): void
}

/**
 * Reads a backup from its begin to its end and compares every checksum, so that nothing is restored of a file that is
 * not whole. Throws SL_BACKUP_INVALID (another program's file), SL_BACKUP_VERSION (a newer one's), SL_BACKUP_DAMAGED
 * (naming the part), and what reading throws.
 */
export async function verifyBackup(path: string, options: VerifyOptions): Promise<VerifiedBackup> {
  const total = await stat(path).then(
    ({ size }) => size,
    () => 0
  )
  const all = createHash('sha256')
  let manifest: Manifest | undefined
  let epochs: readonly EpochEntry[] | undefined
  let trailer: Trailer | undefined
  let tables: TableOrder | undefined
  const wrongBlobs: string[] = []
  let entries = 0
  let done = 0

  for await (const entry of backupEntries(path, options.signal)) {
    if (trailer) throw damaged(path, `${entry.name} comes after its end`)
    if (entry.kind === 'trailer') {
      trailer = parsed(Trailer, await bytesOf(entry), path, entry.name)
      if (trailer.entries !== entries || trailer.sha256 !== all.digest('hex')) {
        throw damaged(path, 'its checksum as a whole is another than trailer.json says')
      }
      continue
    }
    const hash = createHash('sha256')
    const bytes = await hashed(entry, hash)
    const sha256 = hash.digest('hex')
    if (entry.kind === 'manifest') {
      if (manifest) throw damaged(path, 'it has two manifests')
      manifest = checkedManifest(bytes, path, options.migrations)
      tables = new TableOrder(manifest, path)
    } else if (entry.kind === 'epochs') {
      epochs = parsed(EpochEntries, bytes, path, entry.name)
    } else if (entry.kind === 'part') {
      tables!.part(entry, sha256)
    } else if (entry.kind === 'list') {
      tables!.list(entry.of, parsed(PartList, bytes, path, entry.name).parts)
    } else if (entry.kind === 'blob' && sha256 !== entry.of) {
      wrongBlobs.push(entry.of)
    }
    all.update(`${entry.name} ${entry.size} ${sha256}\n`)
    entries++
    done += entry.size
    options.onProgress?.(Math.min(done, total), total)
  }
  if (!manifest || !epochs || !tables || !trailer) throw damaged(path, 'it breaks off before trailer.json')
  tables.ends()
  const known = new Set(trailer.damagedBlobs)
  const wrong = wrongBlobs.find(digest => !known.has(digest))
  if (wrong !== undefined) throw damaged(path, `blobs/${wrong} has other content than its name says`)
  return { manifest, epochs, trailer }
}

/** Checks that parts come as the manifest says: table after table, each whole. */
class TableOrder {
  readonly #path: string
  readonly #manifest: Manifest
  #table = 0
  #sums: string[] = []

  constructor(manifest: Manifest, path: string) {
    this.#manifest = manifest
    this.#path = path
  }

  part(entry: BackupEntry, sha256: string): void {
    this.#sums.push(sha256)
    const expected = partName(this.#manifest.tables[this.#table]?.name ?? '', this.#sums.length)
    if (entry.name !== expected) throw damaged(this.#path, `${entry.name} stands where ${expected} should be`)
  }

  list(table: string, parts: readonly PartFacts[]): void {
    const expected = this.#manifest.tables[this.#table]
    if (!expected || expected.name !== table) throw damaged(this.#path, `tables/${table}.json stands in a wrong place`)
    if (parts.length !== this.#sums.length) {
      throw damaged(this.#path, `of the ${parts.length} parts of the table ${table}, ${this.#sums.length} are there`)
    }
    const wrong = parts.findIndex(({ sha256 }, index) => sha256 !== this.#sums[index])
    if (wrong >= 0) throw damaged(this.#path, `${partName(table, wrong + 1)} has another checksum than was written`)
    const rows = parts.reduce((sum, part) => sum + part.rows, 0)
    const trimmed = !this.#manifest.secrets && withSecretRows.has(table)
    if (trimmed ? rows > expected.rows : rows !== expected.rows) {
      throw damaged(this.#path, `tables/${table} has ${rows} rows, and the manifest says ${expected.rows}`)
    }
    this.#table++
    this.#sums = []
  }

  ends(): void {
    const missing = this.#manifest.tables[this.#table]
    if (missing) throw damaged(this.#path, `the table ${missing.name} is missing or not whole`)
  }
}

const jsonKinds: ReadonlySet<EntryKind> = new Set(['manifest', 'epochs', 'list'])

/** Hashes an entry; gives its bytes where they are JSON to look at. */
async function hashed(entry: BackupEntry, hash: ReturnType<typeof createHash>): Promise<Buffer> {
  if (!jsonKinds.has(entry.kind)) {
    for await (const chunk of entry.content) hash.update(chunk)
    return Buffer.alloc(0)
  }
  const bytes = await bytesOf(entry)
  hash.update(bytes)
  return bytes
}

function checkedManifest(bytes: Buffer, path: string, migrations: readonly string[]): Manifest {
  const seen = jsonOf(bytes)
  const { format, version } = (seen ?? {}) as { format?: unknown; version?: unknown }
  if (format !== backupFormat) throw foreign(path, 'its manifest is of another format')
  // Before the rest is looked at: a newer manifest may have what this one does not know.
  if (typeof version === 'number' && version > backupVersion) {
    throw new SightlineError(
      'SL_BACKUP_VERSION',
      `The backup ${path} has format ${version}, and this program reads up to ${backupVersion}. Restore it with the newer program that wrote it.`
    )
  }
  const manifest = parsed(Manifest, bytes, path, 'manifest.json')
  const unknown = manifest.migrations.find((name, index) => migrations[index] !== name)
  if (unknown !== undefined) {
    throw new SightlineError(
      'SL_BACKUP_VERSION',
      `The backup ${path} was written by Sightline ${manifest.program}, whose store has been through ${unknown}: this program does not know that. Restore it with that program, or a newer one.`
    )
  }
  const names = manifest.tables.map(({ name }) => name)
  const strange = names.find(name => !(backedUpTables as readonly string[]).includes(name))
  if (strange !== undefined) throw foreign(path, `this program has no table ${strange}`)
  if (new Set(names).size !== names.length) throw foreign(path, 'its manifest names a table twice')
  return manifest
}

function parsed<Schema extends TSchema>(schema: Schema, bytes: Buffer, path: string, name: string): Static<Schema> {
  const value = jsonOf(bytes)
  if (!Value.Check(schema, value)) throw damaged(path, `${name} is not what it should be`)
  return value as Static<Schema>
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}
