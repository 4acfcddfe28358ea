import { classesByGraph, type DetectionFamily, inputSize, type OutputShape } from './family.ts'
import { decodeQueries } from './queries.ts'

/**
 * RF-DETR (roboflow/rf-detr, rfdetr/deploy/export.py and models/lwdetr.py, PostProcess): `dets` `[1, queries, 4]`, centre and
 * size in shares of the picture, and `labels` `[1, queries, classes]`, logits of each class for itself. Its published
 * weights number COCO's classes as COCO does, from 1 to 90.
 */
export const rfDetr: DetectionFamily = {
  name: 'rf-detr',
  experimental: true,
  task: 'detect',
  landmarks: () => false,
  defaults: { minScore: 0.5, iou: 1 },

  matches(facts) {
    return classesByGraph(this, facts) !== undefined
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 560, height: 560 }),
      mode: 'stretch',
      pad: 0,
      encoding: { channels: 'rgb', mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] }
    }
  },

  classCount(_input, outputs) {
    const boxes = shapeOf(outputs, 'dets')
    const labels = shapeOf(outputs, 'labels')
    const isRight = boxes?.length === 3 && boxes[2] === 4 && labels?.length === 3 && labels[1] === boxes[1]
    return isRight ? labels[2] : undefined
  },

  decoder(input, outputs) {
    const boxesAt = outputs.findIndex(({ name }) => name === 'dets')
    const labelsAt = outputs.findIndex(({ name }) => name === 'labels')
    const classes = outputs[labelsAt]!.dims[2]!
    return (tensors, minScore, boxes) =>
      decodeQueries(input, tensors[labelsAt]!.data, classes, tensors[boxesAt]!.data, minScore, boxes)
  }
}

function shapeOf(outputs: readonly OutputShape[], name: string): readonly number[] | undefined {
  return outputs.find(output => output.name === name)?.dims
}
