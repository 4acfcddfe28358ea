import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { createCanvas } from '@napi-rs/canvas'
import { openVideo } from '../../src/media/open-video.ts'
import { openPicture } from '../../src/media/picture-folder.ts'
import { makeClip } from '../support/make-clip.ts'
import { readAll } from '../support/read-all.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function png(path: string, width = 40, height = 30): Promise<void> {
  await writeFile(path, createCanvas(width, height).toBuffer('image/png'))
}

test('pictures come in the order of their numbers, 25 a second; what is no picture is counted', async () => {
  await using folder = await temporaryFolder()
  for (const name of ['10.png', '9.png', '1.png']) await png(join(folder.path, name))
  await writeFile(join(folder.path, '2.png'), 'no picture')
  const { frames, brokenPackets } = await readAll(folder.path)
  deepStrictEqual(
    frames.map(({ ptsMs }) => ptsMs),
    [0, 80, 120]
  )
  strictEqual(brokenPackets, 1)
})

test('--from past the last picture is SL_INPUT_NO_FRAMES', async () => {
  await using folder = await temporaryFolder()
  await png(join(folder.path, '1.png'))
  await rejects(openVideo(folder.path, { fromMs: 1000 }), { code: 'SL_INPUT_NO_FRAMES' })
})

test('a size limit is not taken for broken pictures, be it passed by the first or a later one', async () => {
  await using folder = await temporaryFolder()
  await png(join(folder.path, '1.png'), 400, 300)
  await png(join(folder.path, '2.png'))
  await rejects(openVideo(folder.path, { maxPixels: 2000 }), { code: 'SL_INPUT_TOO_LARGE', message: /1\.png/ })
  await rename(join(folder.path, '1.png'), join(folder.path, '3.png'))
  await rejects(readAll(folder.path, { maxPixels: 2000 }), { code: 'SL_INPUT_TOO_LARGE', message: /3\.png/ })
})

test('a whole video where a picture belongs is called a video, not a damaged one', async () => {
  await using folder = await temporaryFolder()
  const video = join(folder.path, 'good.mp4')
  await makeClip(video)
  const named = join(folder.path, 'good.jpg')
  await makeClip(named, { format: 'mp4' })
  for (const open of [() => openPicture(video), () => openVideo(named)])
    await rejects(open, {
      code: 'SL_INPUT_REFUSED',
      message: /is a video \(or a HEIC or AVIF picture\), not a picture/
    })
})
