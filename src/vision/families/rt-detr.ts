import type { DetectionColumns } from '../../core/columns.ts'
import type { ModelFacts } from '../onnx/model-facts.ts'
import { classIdOf, namedClasses } from './class-ids.ts'
import { type DecodeDetections, type DetectionFamily, fixedShapes, inputSize, type OutputShape } from './family.ts'
import { decodeQueries } from './queries.ts'
import { largestAt, rowsAtLeast } from './scan.ts'

/**
 * RT-DETR (Zhao et al. 2023, arXiv:2304.08069) and D-FINE (Peng et al. 2024, arXiv:2410.13842), which are exported alike:
 *
 * - with their post-processing (lyuwenyu/RT-DETR, rtdetrv2_pytorch/tools/export_onnx.py; Peterande/D-FINE,
 *   tools/deployment/export_onnx.py): `labels` and `scores` `[1, queries]`, `boxes` `[1, queries, 4]` as corners in pixels;
 * - without it (their decoders; Hugging Face's exports): `logits` `[1, queries, classes]` and `pred_boxes` `[1, queries, 4]`,
 *   centre and size in shares of the picture;
 * - by Ultralytics (nn/modules/head.py, RTDETRDecoder): `[1, queries, 4 + classes]`, the same with scores through the sigmoid.
 */
export const rtDetr: DetectionFamily = {
  name: 'rt-detr',
  experimental: true,
  task: 'detect',
  landmarks: () => false,
  defaults: { minScore: 0.5, iou: 1 },

  matches(facts) {
    const shapes = fixedShapes(facts)
    const form = shapes ? formOf(shapes) : openForm(facts)
    // DETR and YOLOS have the names and sizes of the second form and choose by softmax; the last has no names at all. How
    // its attention samples tells it from them.
    return form === 'finished' || (form !== undefined && (facts.operators.GridSample ?? 0) > 0)
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 640, height: 640 }),
      mode: 'stretch',
      pad: 0,
      encoding: { channels: 'rgb', mean: [0, 0, 0], std: [255, 255, 255] }
    }
  },

  classCount(_input, outputs, hints) {
    const form = formOf(outputs)
    if (form === 'finished') return namedClasses(hints)
    if (form === 'logits') return named(outputs, 'logits')!.dims[2]!
    return form && outputs[0]!.dims[2]! - 4
  },

  decoder(input, outputs): DecodeDetections {
    const at = (name: string) => outputs.findIndex(output => output.name === name)
    const form = formOf(outputs)
    if (form === 'logits') {
      const [logits, sides] = [at('logits'), at('pred_boxes')]
      const classes = outputs[logits]!.dims[2]!
      return (tensors, minScore, boxes) =>
        decodeQueries(input, tensors[logits]!.data, classes, tensors[sides]!.data, minScore, boxes)
    }
    if (form === 'finished') {
      const [labels, corners, scores] = [at('labels'), at('boxes'), at('scores')]
      return (tensors, minScore, boxes) =>
        decodeFinished(tensors[labels]!.data, tensors[corners]!.data, tensors[scores]!.data, minScore, boxes)
    }
    const numbers = outputs[0]!.dims[2]!
    return ([head], minScore, boxes) => {
      const { data } = head!
      for (const query of rowsAtLeast(data, 4, data.length / numbers, numbers, numbers - 4, minScore)) {
        const row = query * numbers
        const best = largestAt(data, row + 4, row + numbers)
        if (data[best]! < minScore) continue
        const w = data[row + 2]! * input.width
        const h = data[row + 3]! * input.height
        const x = data[row]! * input.width - w / 2
        boxes.push(x, data[row + 1]! * input.height - h / 2, w, h, data[best]!, best - row - 4)
      }
    }
  }
}

type Form = 'finished' | 'logits' | 'joined'

function formOf(outputs: readonly OutputShape[]): Form | undefined {
  const [labels, scores] = [named(outputs, 'labels')?.dims, named(outputs, 'scores')?.dims]
  const [boxes, logits] = [named(outputs, 'boxes')?.dims, named(outputs, 'logits')?.dims]
  const [sides, joined] = [named(outputs, 'pred_boxes')?.dims, outputs[0]?.dims]
  if (labels?.length === 2 && scores?.length === 2 && boxes?.length === 3 && boxes[2] === 4) return 'finished'
  if (logits?.length === 3 && sides?.length === 3 && sides[2] === 4 && sides[1] === logits[1]) return 'logits'
  if (outputs.length === 1 && joined?.length === 3 && joined[2]! > 4 && joined[1]! <= 1000) return 'joined'
  return undefined
}

/** Hugging Face's exports leave open how many queries there are: the form they have where that is any one number. */
function openForm(facts: ModelFacts): 'logits' | undefined {
  const outputs = facts.outputs.map(output => ({
    ...output,
    dims: output.dims?.map((size, axis) => (axis === 1 && typeof size !== 'number' ? 1 : size))
  }))
  const shapes = fixedShapes({ ...facts, outputs })
  return shapes && formOf(shapes) === 'logits' ? 'logits' : undefined
}

function named(outputs: readonly OutputShape[], name: string): OutputShape | undefined {
  return outputs.find(output => output.name === name)
}

function decodeFinished(
  labels: Float32Array,
  corners: Float32Array,
  scores: Float32Array,
  minScore: number,
  boxes: DetectionColumns
): void {
  for (let query = 0; query < scores.length; query++) {
    if (scores[query]! < minScore) continue
    const x = corners[query * 4]!
    const y = corners[query * 4 + 1]!
    boxes.push(
      x,
      y,
      corners[query * 4 + 2]! - x,
      corners[query * 4 + 3]! - y,
      scores[query]!,
      classIdOf(labels[query]!)
    )
  }
}
