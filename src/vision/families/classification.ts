import { type ClassificationFamily, inputSize, type ModelInput } from './family.ts'

const imagenet: ModelInput['encoding'] = {
  channels: 'rgb',
  mean: [123.675, 116.28, 103.53],
  std: [58.395, 57.12, 57.375]
}
const plain: ModelInput['encoding'] = { channels: 'rgb', mean: [0, 0, 0], std: [255, 255, 255] }

/**
 * Models that say of a whole picture, or of the crop of an object, which class it is: torchvision's
 * (references/classification/presets.py), timm's, and Ultralytics' (nn/modules/head.py, Classify), whose only output is
 * `[1, classes]`, logits or probabilities. Ultralytics' take RGB from 0 to 1, the others ImageNet's mean and deviation. A
 * picture is stretched, not cut: what is in a crop is all there is of the object.
 */
export const classification: ClassificationFamily = {
  name: 'classification',
  experimental: true,
  task: 'classify',

  matches({ outputs, metadata, operators }) {
    const [output, ...others] = outputs
    const [batch, classes] = output?.dims?.length === 2 ? output.dims : []
    // Rows that a detector has chosen itself have the same shape.
    const isRows = (typeof batch === 'number' && batch !== 1) || operators.NonMaxSuppression !== undefined
    const isOther = isRows || (metadata.task !== undefined && metadata.task !== 'classify')
    return others.length === 0 && !isOther && typeof classes === 'number' && classes > 1
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 224, height: 224 }),
      mode: 'stretch',
      pad: 0,
      encoding: facts.metadata.task === 'classify' ? plain : imagenet
    }
  }
}
