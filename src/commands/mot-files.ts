import { closeSync, existsSync, fstatSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { SightlineError } from '../core/errors.ts'
import { MotReader } from '../evaluation/mot-reader.ts'
import type { MotRows } from '../evaluation/mot-rows.ts'
import { openInput, unreadable } from './input-file.ts'

/** Shared by all files: they are read one after the other. */
const chunk = new Uint8Array(1 << 16)
/** About what a row takes: room for so many rows is made at once. */
const usualRowBytes = 32
const mostRowsAtOnce = 1 << 20

/** What a sequence's seqinfo.ini says. */
export interface SequenceInfo {
  readonly fps?: number
  /** Frames. */
  readonly length?: number
  /** Pixels. */
  readonly width?: number
  readonly height?: number
}

/** Reads a MOT Challenge file piece by piece. @throws SL_INPUT_NOT_FOUND, SL_INPUT_UNREADABLE, SL_ROWS_INVALID */
export function readMotFile(path: string): MotRows {
  const file = openInput(path)
  try {
    const reader = new MotReader(path, Math.min(mostRowsAtOnce, Math.ceil(fstatSync(file).size / usualRowBytes)))
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) reader.feed(chunk.subarray(0, read))
    return reader.finish()
  } catch (error) {
    throw unreadable(path, error)
  } finally {
    closeSync(file)
  }
}

/** Names of the folders below `folder` that have the file `path` in them, in alphabetical order. @throws SL_INPUT_NOT_FOUND, SL_INPUT_UNREADABLE */
export function sequencesIn(folder: string, path: string): string[] {
  return namesIn(folder).filter(name => existsSync(join(folder, name, path)))
}

/** @throws SL_INPUT_NOT_FOUND, SL_INPUT_UNREADABLE */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    throw unreadable(path, error)
  }
}

/** What is in a folder, in alphabetical order. @throws SL_INPUT_NOT_FOUND, SL_INPUT_UNREADABLE */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort()
  } catch (error) {
    throw unreadable(folder, error)
  }
}

/** Reads `folder`/seqinfo.ini; nothing is known where there is none. @throws SL_INPUT_UNREADABLE, SL_ROWS_INVALID */
export function readSequenceInfo(folder: string): SequenceInfo {
  const path = join(folder, 'seqinfo.ini')
  if (!existsSync(path)) return {}
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw unreadable(path, error)
  }
  const number = (key: string, most: number, isWhole = true): number | undefined => {
    const found = new RegExp(`^[ \\t]*${key}[ \\t]*[=:][ \\t]*(.*?)\\s*$`, 'im').exec(text)?.[1]
    if (found === undefined) return undefined
    const value = found === '' ? Number.NaN : Number(found)
    if (value > 0 && value <= most && (Number.isInteger(value) || !isWhole)) return value
    const wanted = `a ${isWhole ? 'whole ' : ''}number above 0, up to ${most}`
    throw new SightlineError('SL_ROWS_INVALID', `${path} says ${key}=${found}: that has to be ${wanted}.`)
  }
  return {
    fps: number('frameRate', 1000, false),
    length: number('seqLength', 2 ** 31 - 1),
    width: number('imWidth', 1e6),
    height: number('imHeight', 1e6)
  }
}
