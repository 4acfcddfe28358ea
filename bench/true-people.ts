import { readMotFile } from '../src/commands/mot-files.ts'
import { type Box, iou } from './mot-people.ts'

/** Somebody in a frame; the box in pixels. */
export interface TruePerson {
  readonly id: number
  readonly box: Box
}

/** Those of each frame that count, by its number from 1. */
export function truePeople(path: string): ReadonlyMap<number, readonly TruePerson[]> {
  const rows = readMotFile(path)
  const counted = Array.from({ length: rows.count }, (_, row) => row).filter(row => rows.marks[row] !== 0)
  const person = (row: number): TruePerson => {
    return {
      id: rows.ids[row]!,
      box: [...rows.boxes.subarray(row * 4, row * 4 + 4)] as [number, number, number, number]
    }
  }
  const frames = Map.groupBy(counted, row => rows.frames[row]!)
  return new Map([...frames].map(([frame, own]) => [frame, own.map(person)]))
}

/** Who has that box: undefined where nobody covers half of both together. */
export function personAt(people: readonly TruePerson[], box: Box): number | undefined {
  const [best] = people.map(({ id, box: other }) => ({ id, share: iou(box, other) })).sort((a, b) => b.share - a.share)
  return best && best.share >= 0.5 ? best.id : undefined
}

/** The greatest part of somebody's box that lies in another's. */
export function coveredPart({ id, box }: TruePerson, people: readonly TruePerson[]): number {
  const [x, y, w, h] = box
  const shares = people.map(({ id: other, box: [x2, y2, w2, h2] }) => {
    const width = Math.min(x + w, x2 + w2) - Math.max(x, x2)
    const height = Math.min(y + h, y2 + h2) - Math.max(y, y2)
    return other !== id && width > 0 && height > 0 ? (width * height) / (w * h) : 0
  })
  return Math.max(0, ...shares)
}
