import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { rowFields } from '../../../src/events/log-row.ts'
import type { SeededChance } from './seeded-chance.ts'

/** Files of a log that get no more rows, oldest first, by the first number that each holds. */
export function sealedSegments(folder: string): number[] {
  return readdirSync(folder)
    .flatMap(name => /^(\d{12})\.sqlite$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
    .slice(0, -1)
}

export interface FiledRow {
  readonly seq: number
  readonly id: string
  /** The first number of its file. */
  readonly segment: number
}

/** What is in sealed files of a log. */
export function rowsIn(folder: string, segments: readonly number[]): FiledRow[] {
  return segments.flatMap(segment => {
    const file = new DatabaseSync(new URL(`${pathToFileURL(pathOf(folder, segment))}?immutable=1`), { readOnly: true })
    const rows = file.prepare('select seq, fields from rows').all()
    file.close()
    return rows.map(({ seq, fields }) => ({ seq: Number(seq), id: rowFields(String(fields)).id, segment }))
  })
}

/** One bit each time, anywhere in the file. */
export function flipBits(folder: string, segment: number, times: number, chance: SeededChance): void {
  const path = pathOf(folder, segment)
  const bytes = readFileSync(path)
  for (let flip = 0; flip < times; flip++) bytes[chance.below(bytes.length)]! ^= 1 << chance.below(8)
  writeFileSync(path, bytes)
}

/** The very first bit: the file is no SQLite any more. */
export function flipFirstBit(folder: string, segment: number): void {
  const path = pathOf(folder, segment)
  const bytes = readFileSync(path)
  bytes[0]! ^= 1
  writeFileSync(path, bytes)
}

function pathOf(folder: string, segment: number): string {
  return resolve(join(folder, `${String(segment).padStart(12, '0')}.sqlite`))
}
