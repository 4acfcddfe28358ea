// `npm run screenshots`: docs/images/ as the app looks now, from what its browser test sees.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createCanvas, loadImage } from '@napi-rs/canvas'

const root = join(import.meta.dirname, '..')
/** By the name in docs/images/, what the test calls it. */
const shown = { stream: 'streams-demo-wide-light', editor: 'editor-line', past: 'past-answer' }
/** Of 100: letters stay sharp. */
const quality = 86

const folder = mkdtempSync(join(tmpdir(), 'sightline-screenshots-'))
const { status } = spawnSync(process.execPath, ['--test', 'test/e2e/app.e2e-test.ts'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, SIGHTLINE_SCREENSHOTS: folder }
})
if (status === 0) {
  for (const [name, taken] of Object.entries(shown)) {
    const picture = await loadImage(readFileSync(join(folder, `${taken}.png`)))
    const canvas = createCanvas(picture.width, picture.height)
    canvas.getContext('2d').drawImage(picture, 0, 0)
    writeFileSync(join(root, 'docs', 'images', `${name}.jpg`), canvas.toBuffer('image/jpeg', quality))
  }
}
rmSync(folder, { recursive: true, force: true })
process.exitCode = status ?? 1
