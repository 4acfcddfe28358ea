import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DetectionColumns } from '../src/core/columns.ts'

/** A clip of MOT15 that comes with its pixels. */
export interface PeopleClip {
  readonly name: string
  /** Below `SIGHTLINE_CLIPS`. */
  readonly video: string
  readonly truth: string
}

const clip = (name: string, video: string): PeopleClip => ({
  name,
  video: `mot/MOT15/${name}/${video}`,
  truth: `mot/MOT15/${name}/gt/gt.txt`
})
/** A street seen from the side, 640×480, and a crossing seen from a mast, 768×576. */
export const peopleClips = [
  clip('TUD-Stadtmitte', 'TUD-Stadtmitte.mp4'),
  clip('PETS09-S2L1', 'PETS09-S2L1_1-300.mp4')
] as const

/** x, y, w, h in pixels. */
export type Box = readonly [number, number, number, number]

/** The true boxes of one frame: those that count, and those that are neither to be found nor to be left out. */
export interface TrueBoxes {
  readonly counted: readonly Box[]
  readonly ignored: readonly Box[]
}

/** How many people there are, how many of them were found, and how many were that are none. */
export interface PeopleCounts {
  readonly truth: number
  readonly hits: number
  readonly alarms: number
}

/** By index from 0, where the file counts from 1. */
export async function readTruth(folder: string, { truth }: PeopleClip): Promise<ReadonlyMap<number, TrueBoxes>> {
  const frames = new Map<number, { counted: Box[]; ignored: Box[] }>()
  for (const line of (await readFile(join(folder, truth), 'utf8')).trim().split('\n')) {
    const [frame, , x, y, w, h, counts] = line.split(',').map(Number) as [number, ...number[]]
    const boxes = frames.get(frame - 1) ?? { counted: [], ignored: [] }
    frames.set(frame - 1, boxes)
    boxes[counts === 0 ? 'ignored' : 'counted'].push([x!, y!, w!, h!])
  }
  return frames
}

/** Boxes of one class, the surest first, in pixels of the frame. */
export function boxesOf(
  { count, boxes, scores, classIds }: DetectionColumns,
  { width, height }: { readonly width: number; readonly height: number },
  classId = 0
): Box[] {
  const rows = Array.from({ length: count }, (_, row) => row).filter(row => classIds[row] === classId)
  rows.sort((a, b) => scores[b]! - scores[a]!)
  return rows.map(row => {
    const [x, y, w, h] = boxes.subarray(row * 4, row * 4 + 4)
    return [x! * width, y! * height, w! * width, h! * height]
  })
}

/**
 * Matches at an IoU of a half: the surest box chooses first, of the true ones left that which it covers best. What covers an
 * ignored one is neither found nor a false alarm.
 * @param found the surest first
 */
export function countPeople(found: readonly Box[], { counted, ignored }: TrueBoxes): PeopleCounts {
  const free = new Set(counted)
  let alarms = 0
  for (const box of found) {
    const best = [...free].reduce<Box | undefined>(
      (chosen, each) => (chosen && iou(box, chosen) >= iou(box, each) ? chosen : each),
      undefined
    )
    if (best && iou(box, best) >= 0.5) free.delete(best)
    else if (!ignored.some(each => iou(box, each) >= 0.5)) alarms++
  }
  return { truth: counted.length, hits: counted.length - free.size, alarms }
}

export function sumOfPeople(parts: readonly PeopleCounts[]): PeopleCounts {
  const sum = { truth: 0, hits: 0, alarms: 0 }
  for (const { truth, hits, alarms } of parts) {
    sum.truth += truth
    sum.hits += hits
    sum.alarms += alarms
  }
  return sum
}

/** Share of the people that are found. */
export function recall({ truth, hits }: PeopleCounts): number {
  return hits / truth
}

/** Share of what is found that is people. */
export function precision({ hits, alarms }: PeopleCounts): number {
  return hits / (hits + alarms)
}

export function iou(a: Box, b: Box): number {
  const w = Math.min(a[0] + a[2], b[0] + b[2]) - Math.max(a[0], b[0])
  const h = Math.min(a[1] + a[3], b[1] + b[3]) - Math.max(a[1], b[1])
  return w <= 0 || h <= 0 ? 0 : (w * h) / (a[2] * a[3] + b[2] * b[3] - w * h)
}
