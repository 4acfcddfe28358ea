import type { PictureTrial } from '../../../../src/contract/api/model.ts'

type Detection = PictureTrial['detections'][number]

/** Those that are as sure as wanted, and of classes that are not left out. */
export function shownBoxes(
  detections: readonly Detection[],
  minScore: number,
  leftOut: ReadonlySet<string>
): readonly Detection[] {
  return detections.filter(({ score, label }) => score >= minScore && !leftOut.has(label))
}

/** How many there are of each class that are as sure as wanted, the most first. */
export function classCounts(
  detections: readonly Detection[],
  minScore: number
): readonly (readonly [label: string, count: number])[] {
  const counts = new Map<string, number>()
  for (const { label, score } of detections) counts.set(label, (counts.get(label) ?? 0) + Number(score >= minScore))
  return [...counts].sort(([a, many], [b, more]) => more - many || a.localeCompare(b))
}
