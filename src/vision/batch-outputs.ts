import type { OutputTensor } from './families/family.ts'

/** Of one run, or of one frame of it, in the graph's order. */
export type Outputs = readonly OutputTensor[]

/** The outputs of frame `index` of a batch of `count`, as a run of that frame alone gives them; nothing is copied. */
export function outputsOf(outputs: Outputs, index: number, count: number): Outputs {
  if (count === 1) return outputs
  return outputs.map(({ name, data, dims }) => {
    const length = data.length / count
    return { name, data: data.subarray(index * length, (index + 1) * length), dims: [1, ...dims.slice(1)] }
  })
}

/** Why outputs cannot be shared out among the `count` frames of a batch, or undefined when they can. */
export function unshareable(outputs: Outputs, count: number): string | undefined {
  const fixed = outputs.find(({ dims }) => dims[0] !== count)
  return fixed && `its output ${fixed.name} is [${fixed.dims.join(', ')}] for ${count} frames`
}

/** Of what lies between the results of two different frames, the part by which a frame's own may differ in a batch. */
const mostDrift = 0.1
/** The same as a share of the largest number, for models to which the two frames are the same. */
const mostRounding = 1e-3

/**
 * Whether the frames of a batch give what they give alone. Devices round otherwise for other batches, so the measure is
 * how far apart the results of two different frames are: a graph that mixes its frames is off by as much as that.
 * @param alone of two different frames
 * @param together of the batch, or from elsewhere, in which these two take turns
 * @param drift part of the distance between the two frames' results by which one may be off
 */
export function agree(
  alone: readonly [Outputs, Outputs],
  together: readonly Outputs[],
  drift: number = mostDrift
): boolean {
  const [first, second] = alone
  return first.every((output, at) => {
    const other = second[at]!
    const allowed = Math.max(drift * distance(output, other), mostRounding * largest(output))
    return together.every((outputs, index) => distance(index % 2 === 0 ? output : other, outputs[at]!) <= allowed)
  })
}

/** Infinite where the two do not have the same number of values, or one of them is no number. */
function distance({ data: a }: OutputTensor, { data: b }: OutputTensor): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let most = 0
  for (let at = 0; at < a.length; at++) {
    const difference = Math.abs(a[at]! - b[at]!)
    if (!(difference <= most)) most = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference
  }
  return most
}

function largest({ data }: OutputTensor): number {
  return data.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
}
