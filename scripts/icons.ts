// `node scripts/icons.ts`: the app's sign as PNG, for home screens that take no SVG (iOS) and for installers, from maskable.svg.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCanvas, loadImage } from '@napi-rs/canvas'

const folder = join(import.meta.dirname, '../web/public/app')
/** In pixels: iOS' home screen, then what installers ask for. */
const sizes = [180, 192, 512]

const svg = readFileSync(join(folder, 'maskable.svg'), 'utf8')
for (const size of sizes) {
  // Drawn at its size: what is enlarged is not sharp.
  const picture = await loadImage(Buffer.from(svg.replace('<svg ', `<svg width="${size}" height="${size}" `)))
  const canvas = createCanvas(size, size)
  canvas.getContext('2d').drawImage(picture, 0, 0, size, size)
  writeFileSync(join(folder, `icon-${size}.png`), canvas.toBuffer('image/png'))
}
