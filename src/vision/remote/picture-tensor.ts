import type { PixelEncoding } from '../onnx/preprocessing.ts'

/**
 * What a model was trained on, out of RGB bytes: three planes of numbers a picture, as `prependPreprocessing` does it in the
 * graph of a local one. A server's graph is not ours to edit.
 * @param pixels `count`×`height`×`width`×3 bytes
 * @param target as many numbers, `count`×3×`height`×`width`
 */
export function writePictures(
  pixels: Uint8Array,
  count: number,
  { channels, mean, std }: PixelEncoding,
  target: Float32Array | Float16Array
): void {
  const plane = pixels.length / count / 3
  for (let picture = 0; picture < count; picture++)
    for (let channel = 0; channel < 3; channel++) {
      const numbers = numbersByByte(mean[channel]!, std[channel]!)
      let from = picture * plane * 3 + (channels === 'bgr' ? 2 - channel : channel)
      const begin = (picture * 3 + channel) * plane
      for (let at = begin; at < begin + plane; at++, from += 3) target[at] = numbers[pixels[from]!]!
    }
}

/** A pixel's byte has 256 values: each is worked out once. Rounded as the graph's float32 rounds them. */
function numbersByByte(mean: number, std: number): Float32Array {
  return Float32Array.from({ length: 256 }, (_, byte) => Math.fround(byte - Math.fround(mean)) / Math.fround(std))
}
