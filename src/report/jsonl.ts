import type { Event } from '../contract/event.ts'
import type { DetectionColumns } from '../core/columns.ts'
import { rounded } from './decimals.ts'

/** Boxes and landmarks: a hundredth of a pixel at 1000 pixels. */
const position = 1e5
const score = 1e4
/** Media times: a microsecond. */
const time = 1e3

/** One line of `detections.jsonl`: the contract's `FrameDetections`, also when the frame has none. `labels` go by class id. */
export function detectionsLine(
  frame: number,
  ptsMs: number,
  found: DetectionColumns,
  labels: readonly string[]
): string {
  let rows = ''
  for (let row = 0; row < found.count; row++) {
    const at = row * 4
    const [x, y, w, h] = [found.boxes[at]!, found.boxes[at + 1]!, found.boxes[at + 2]!, found.boxes[at + 3]!]
    if (row > 0) rows += ','
    rows +=
      `{"box":{"x":${rounded(x, position)},"y":${rounded(y, position)},"w":${rounded(w, position)},"h":${rounded(h, position)}},` +
      `"score":${rounded(found.scores[row]!, score)},"label":${labelOf(found.classIds[row]!, labels)}${landmarks(found, row)}}`
  }
  return `{"frame":${frame},"ptsMs":${rounded(ptsMs, time)},"detections":[${rows}]}\n`
}

/** One line of `events.jsonl`. */
export function eventLine(event: Event): string {
  return `${JSON.stringify(event)}\n`
}

function labelOf(classId: number, labels: readonly string[]): string {
  return JSON.stringify(labels[classId] ?? `class-${classId}`)
}

function landmarks(found: DetectionColumns, row: number): string {
  if (!found.landmarks || Number.isNaN(found.landmarks[row * 10])) return ''
  const points: string[] = []
  for (let at = row * 10; at < row * 10 + 10; at += 2)
    points.push(`[${rounded(found.landmarks[at]!, position)},${rounded(found.landmarks[at + 1]!, position)}]`)
  return `,"landmarks":[${points.join()}]`
}
