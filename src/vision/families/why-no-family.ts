import type { ModelFacts } from '../onnx/model-facts.ts'
import { hasPictureInput } from '../onnx/preprocessing.ts'

/** For messages: `name [1, 85, 8400], other [1, 4]`. */
export function describeValues(values: readonly { name: string; dims: readonly unknown[] | undefined }[]): string {
  return values.map(({ name, dims }) => `${name} [${dims ? dims.join(', ') : 'of any shape'}]`).join(', ') || 'none'
}

/** Why no family takes a model, as the end of a sentence without its full stop, and the way out where one is known. */
export function whyNoFamily(facts: ModelFacts): string {
  if (hasPictureInput(facts)) {
    const near = nearMisses.find(({ is }) => is(facts))
    const outputs = `no known family gives ${describeValues(facts.outputs)}`
    return near ? `${outputs}; ${near.so}` : outputs
  }
  const inputs = `its input is not one picture, float [N, 3, height, width], but ${describeValues(facts.inputs)}`
  return facts.inputs.some(({ name }) => name === 'scale_factor')
    ? `${inputs}; PaddleDetection exports such inputs with its post-processing: export it without`
    : inputs
}

/** Exports that are one option away from a family. */
const nearMisses: readonly { is(facts: ModelFacts): boolean; readonly so: string }[] = [
  { is: ({ metadata }) => metadata.task === 'obb', so: 'boxes that are turned are not read' },
  {
    is: ({ outputs }) => outputs.every(({ dims }) => dims?.length === 5 && dims[1] === 3),
    so: 'these are raw heads of YOLOv5 or YOLOv7: export it with its grid (`export.py --grid`)'
  },
  {
    is: ({ outputs, operators }) => outputs[0]?.dims?.length === 3 && operators.Exp === 1 && outputs.length === 1,
    so: 'if it is YOLOX, it was exported with its boxes decoded: export it without `--decode_in_inference`'
  },
  {
    is: ({ outputs }) => ['logits', 'pred_boxes'].every(wanted => outputs.some(({ name }) => name === wanted)),
    so: 'if it is RT-DETR or D-FINE, state `family: rt-detr` in a catalogue entry; DETR and YOLOS, which choose by softmax, are not read'
  },
  {
    is: ({ outputs }) => outputs[0]?.dims?.length === 3 && outputs[0].dims[2] === 16,
    so: 'it may be YOLOv5 with eleven classes or YOLOv5-face: state `family: yolov5` or `family: yolov5-face` in a catalogue entry'
  },
  {
    is: ({ outputs }) => outputs.length === 1 && outputs[0]?.dims?.length === 2 && outputs[0].dims[1] === 7,
    so: 'if it is YOLOv7 with `--end2end`, state `family: end-to-end` in a catalogue entry'
  },
  {
    is: ({ operators }) => operators.NonMaxSuppression !== undefined,
    so: 'it has its own suppression of duplicates: export it without'
  }
]
