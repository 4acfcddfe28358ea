import type { DetectionColumns } from '../../core/columns.ts'
import type { ModelInput } from './family.ts'
import { nextAtLeast } from './scan.ts'

/**
 * Reads the queries of detection transformers that score each class for itself (focal loss): every class of a query that is
 * sure enough is a box, as the authors' post-processing has it.
 * @param scores class scores as logits, `classes` a query
 * @param sides centre and size of each query's box in shares of the input
 */
export function decodeQueries(
  { width, height }: ModelInput,
  scores: Float32Array,
  classes: number,
  sides: Float32Array,
  minScore: number,
  boxes: DetectionColumns
): void {
  const least = Math.log(minScore / (1 - minScore))
  const end = scores.length
  for (let at = nextAtLeast(scores, 0, end, least); at < end; at = nextAtLeast(scores, at + 1, end, least)) {
    const classId = at % classes
    const side = ((at - classId) / classes) * 4
    const w = sides[side + 2]! * width
    const h = sides[side + 3]! * height
    const score = 1 / (1 + Math.exp(-scores[at]!))
    boxes.push(sides[side]! * width - w / 2, sides[side + 1]! * height - h / 2, w, h, score, classId)
  }
}
