/** How many bits a time code in a picture has. */
export const timeCodeBits = 12

/** A grey picture that shows `index` as a row of black and white fields, large enough to survive any encoder. RGBA. */
export function timeCodePicture(index: number, width: number, height: number): Buffer {
  const data = Buffer.alloc(width * height * 4, 0x60)
  const field = Math.floor(width / timeCodeBits)
  for (let y = 0; y < height / 2; y++) {
    for (let bit = 0; bit < timeCodeBits; bit++) {
      const value = (index >> bit) & 1 ? 0xff : 0
      data.fill(value, (y * width + bit * field) * 4, (y * width + (bit + 1) * field) * 4)
    }
  }
  return data
}
