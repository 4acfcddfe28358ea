import type { DetectionColumns } from '../../core/columns.ts'
import type { ModelInput } from './family.ts'
import { rowsAtLeast } from './scan.ts'

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
  for (const query of rowsAtLeast(scores, 0, scores.length / classes, classes, classes, least)) {
    const w = sides[query * 4 + 2]! * width
    const h = sides[query * 4 + 3]! * height
    const x = sides[query * 4]! * width - w / 2
    const y = sides[query * 4 + 1]! * height - h / 2
    for (let classId = 0; classId < classes; classId++) {
      const logit = scores[query * classes + classId]!
      if (!(logit < least)) boxes.push(x, y, w, h, 1 / (1 + Math.exp(-logit)), classId)
    }
  }
}
