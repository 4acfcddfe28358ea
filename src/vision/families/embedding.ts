import { type EmbeddingFamily, inputSize } from './family.ts'

/**
 * Models that turn the crop of a person into a vector, one near another for the same person: OSNet
 * (Zhou et al. 2019, arXiv:1905.00953) and others trained with torchreid, whose input is an RGB crop
 * stretched to 128×256, normalised by ImageNet's mean and deviation.
 */
export const embedding: EmbeddingFamily = {
  name: 'embedding',
  task: 'embed',

  matches(facts) {
    const [output, ...others] = facts.outputs
    const { width, height } = inputSize(facts, { width: 0, height: 0 })
    const [, size, ...ones] = output?.dims ?? []
    // A classifier has the same shape of output, but no classifier takes upright people.
    return (
      others.length === 0 &&
      ones.every(dim => dim === 1) &&
      typeof size === 'number' &&
      size >= 64 &&
      width > 0 &&
      height === 2 * width
    )
  },

  input(facts) {
    return {
      ...inputSize(facts, { width: 128, height: 256 }),
      mode: 'stretch',
      pad: 0,
      encoding: { channels: 'rgb', mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] }
    }
  }
}
