import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TrackColumns } from '../../src/core/columns.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'

export interface TruthRow {
  readonly frame: number
  readonly trackId: number
  /** x, y, w, h, normalised. */
  readonly box: readonly [number, number, number, number]
  readonly feet: [number, number]
  /** Metres. */
  readonly world: [number, number]
}

/** A MOT15 sequence with ten columns: boxes, and where their feet stand in metres. */
export function readTruth(path: string) {
  const facts = readFileSync(join(dirname(path), '../seqinfo.ini'), 'utf8')
  const fact = (name: string) => Number(new RegExp(`^${name}=(.*)$`, 'm').exec(facts)?.[1])
  const [width, height, fps] = [fact('imWidth'), fact('imHeight'), fact('frameRate')]
  const rows: TruthRow[] = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map(
      line => line.split(',').map(Number) as [number, number, number, number, number, number, number, number, number]
    )
    .filter(row => row[6] !== 0)
    .map(([frame, trackId, left, top, w, h, , worldX, worldY]) => ({
      frame,
      trackId,
      box: [left / width, top / height, w / width, h / height],
      feet: [(left + w / 2) / width, (top + h) / height],
      world: [worldX, worldY]
    }))
  return { rows, aspect: width / height, heightPx: height, fps }
}

/** The rows as frames, with boxes as `boxOf` says. */
export function framesFrom(
  rows: readonly TruthRow[],
  fps: number,
  boxOf = (row: TruthRow): readonly [number, number, number, number] => row.box
): TrackFrame[] {
  const frames = new Map<number, TrackColumns>()
  for (const row of rows.toSorted((a, b) => a.frame - b.frame)) {
    let columns = frames.get(row.frame)
    if (!columns) frames.set(row.frame, (columns = new TrackColumns()))
    const [x, y, w, h] = boxOf(row)
    columns.pushTrack(row.trackId, true, x, y, w, h, 1, 0)
  }
  return [...frames].map(([frame, columns]) => {
    const ptsMs = Math.round((frame * 1000) / fps)
    return { frame, ptsMs, outcome: 'analysed', rows: columns, ended: [], labels: ['person'] }
  })
}
