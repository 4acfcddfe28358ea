/**
 * RGBA pixels of frame `index` of 100: a still, textured floor; from frame 10 on a bright square comes in from the
 * left, walks to the right for 40 frames, turns round and leaves where it came from.
 */
export function movingSquare(index: number, width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 4, 0xff)
  const side = Math.round(height / 4)
  const step = index < 50 ? index - 10 : 90 - index
  const left = Math.round((step / 40) * width) - side
  const top = Math.round(height * 0.5)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const inside = index >= 10 && x >= left && x < left + side && y >= top && y < top + side
      const floor = 70 + ((x * 31 + y * 17) % 23)
      data.fill(inside ? 225 : floor, (y * width + x) * 4, (y * width + x) * 4 + 3)
    }
  }
  return data
}
