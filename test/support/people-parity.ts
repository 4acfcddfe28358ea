import { join } from 'node:path'
import {
  type Box,
  boxesOf,
  countPeople,
  iou,
  type PeopleClip,
  type PeopleCounts,
  readTruth,
  sumOfPeople
} from '../../bench/mot-people.ts'
import { type WatchOptions, watchClip } from '../../bench/watch-clip.ts'
import type { Detector } from '../../src/vision/detector.ts'

/** What test/reference/mot15.py wrote of one model and clip: by index of the frame x, y, w, h and score in pixels. */
export interface ClipReference {
  /** Null for faces, of which nobody wrote down where they are. */
  readonly counts: PeopleCounts | null
  readonly frames: Readonly<Record<string, readonly (readonly [number, number, number, number, number])[]>>
}

export type ModelReference = Readonly<Record<string, ClipReference>>

export interface Parity {
  readonly ours: PeopleCounts
  readonly theirs: PeopleCounts | null
  /** Boxes that both have, one for one at an IoU of a half; and how many either has. */
  readonly both: number
  readonly ourBoxes: number
  readonly theirBoxes: number
}

/** Shows our detector the frames that the reference looked at. `folder`: that of the clips; `as`: how they are to be scaled. */
export async function parityOf(
  detector: Detector,
  clip: PeopleClip,
  { counts, frames }: ClipReference,
  folder: string,
  as?: WatchOptions['as']
): Promise<Parity> {
  const truth = await readTruth(folder, clip)
  const ours: PeopleCounts[] = []
  let [both, ourBoxes, theirBoxes] = [0, 0, 0]
  const indices = Object.keys(frames).map(Number)
  const every = indices.length > 1 ? indices[1]! - indices[0]! : 1
  for await (const { frame, found } of watchClip(detector, join(folder, clip.video), {
    every,
    most: indices.length,
    as
  })) {
    const boxes = boxesOf(found, frame)
    const expected = frames[frame.index]!.map(([x, y, w, h]): Box => [x, y, w, h])
    ours.push(countPeople(boxes, truth.get(frame.index)!))
    both += shared(boxes, expected)
    ourBoxes += boxes.length
    theirBoxes += expected.length
  }
  return { ours: sumOfPeople(ours), theirs: counts, both, ourBoxes, theirBoxes }
}

export function sumOfParity(parts: readonly Parity[]): Parity {
  const sum = (key: 'both' | 'ourBoxes' | 'theirBoxes') => parts.reduce((total, part) => total + part[key], 0)
  const theirs = parts.flatMap(part => (part.theirs ? [part.theirs] : []))
  return {
    ours: sumOfPeople(parts.map(part => part.ours)),
    theirs: theirs.length > 0 ? sumOfPeople(theirs) : null,
    both: sum('both'),
    ourBoxes: sum('ourBoxes'),
    theirBoxes: sum('theirBoxes')
  }
}

/** How many boxes of `a` have one of `b` for themselves. */
function shared(a: readonly Box[], b: readonly Box[]): number {
  const free = new Set(b)
  return a.filter(box => {
    const best = [...free].sort((one, other) => iou(box, other) - iou(box, one))[0]
    return best !== undefined && iou(box, best) >= 0.5 && free.delete(best)
  }).length
}
