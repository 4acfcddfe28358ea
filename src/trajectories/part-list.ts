import { SightlineError } from '../core/errors.ts'
import { isIntact, readBlockHead } from './blocks.ts'
import type { ByteSource } from './byte-source.ts'
import {
  blockHeadBytes,
  indexBlock,
  indexEnd,
  indexEndBytes,
  indexEntryBytes,
  maxPayloadBytes,
  type PartFacts,
  partBlock,
  partFactsBytes
} from './format.ts'
import { readPartFacts } from './part-replay.ts'

/** Where a part's block stands in the file. */
export interface FilePart extends PartFacts {
  readonly at: number
  /** Its head included. */
  readonly bytes: number
}

export interface PartList {
  readonly parts: readonly FilePart[]
  /** False for a file that ends before its index. */
  readonly isWhole: boolean
}

/**
 * Finds the parts of a file, whose first would stand at `start`: by the index at its end, or from part to part.
 * @throws SL_TRAJECTORY_DAMAGED
 */
export function findParts(source: ByteSource, start: number, name: string): PartList {
  const entries = readIndex(source, start, name)
  if (!entries) return walkParts(source, start, name)
  const fields = new DataView(entries.buffer, entries.byteOffset, entries.length)
  const parts: FilePart[] = []
  let next = start
  for (let at = 0; at < entries.length - indexEndBytes; at += indexEntryBytes) {
    const bytes = blockHeadBytes + fields.getUint32(at, true)
    parts.push({ ...readPartFacts(entries, at + 4), at: next, bytes })
    next += bytes
  }
  if (next !== source.size - blockHeadBytes - entries.length) throw damagedIndex(name)
  return { parts, isWhole: true }
}

/** The payload of the index, in a file that ends as one with an index does. */
function readIndex(source: ByteSource, start: number, name: string): Uint8Array | undefined {
  if (source.size < start + blockHeadBytes + indexEndBytes) return undefined
  const end = source.read(source.size - indexEndBytes, indexEndBytes)
  const fields = new DataView(end.buffer, end.byteOffset, indexEndBytes)
  if (fields.getUint32(4, true) !== indexEnd) return undefined
  const bytes = fields.getUint32(0, true)
  const at = source.size - bytes
  if (at < start || bytes > blockHeadBytes + maxPayloadBytes) throw damagedIndex(name)
  const block = source.read(at, bytes)
  const head = readBlockHead(block)
  const payload = block.subarray(blockHeadBytes)
  const isIndex = head?.kind === indexBlock && head.payloadBytes === payload.length && isIntact(block, payload)
  if (!isIndex || (payload.length - indexEndBytes) % indexEntryBytes !== 0) throw damagedIndex(name)
  return payload
}

/** Goes from part to part, to where the file ends. A writer that dies leaves half a part, or one of zeros. */
function walkParts(source: ByteSource, start: number, name: string): PartList {
  const parts: FilePart[] = []
  let at = start
  for (;;) {
    const bytes = source.read(at, blockHeadBytes + partFactsBytes)
    const head = readBlockHead(bytes)
    const isEnd = bytes.length < blockHeadBytes || (head?.kind === 0 && head.payloadBytes === 0)
    if (isEnd) break
    if (head?.kind !== partBlock && head?.kind !== indexBlock) {
      const after = parts.length === 0 ? '' : `, after ${seconds(parts.at(-1)!.maxPtsMs)}`
      throw new SightlineError(
        'SL_TRAJECTORY_DAMAGED',
        `${name} is damaged at byte ${at}${after}: no part begins there.`
      )
    }
    const whole = blockHeadBytes + head.payloadBytes
    if (at + whole > source.size) break
    if (head.kind === indexBlock) throw damagedIndex(name)
    if (bytes.length < blockHeadBytes + partFactsBytes) break
    parts.push({ ...readPartFacts(bytes, blockHeadBytes), at, bytes: whole })
    at += whole
  }
  const last = parts.at(-1)
  if (last) {
    const block = source.read(last.at, last.bytes)
    if (!isIntact(block, block.subarray(blockHeadBytes))) parts.pop()
  }
  return { parts, isWhole: false }
}

function damagedIndex(name: string): SightlineError {
  return new SightlineError(
    'SL_TRAJECTORY_DAMAGED',
    `${name} is damaged in the index at its end: copy it again from where it was written.`
  )
}

/** Media time as errors say it. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`
}
