import { deepStrictEqual, rejects, strictEqual } from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { makeClip } from '../support/make-clip.ts'
import { readAll } from '../support/read-all.ts'
import { serving } from '../support/serving.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const wanted = [1500, 1600, 1700, 1800, 1900].map((ptsMs, index) => ({ index, ptsMs }))

for (const file of ['a.mp4', 'a.mkv', 'a.ts', 'a.flv']) {
  test(`--from between two key frames of ${file.slice(2)} loses no frame, and none that is passed over counts as broken`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, file)
    await makeClip(path, { frames: 40, fps: 10, gop: 12 })
    const { frames, brokenPackets } = await readAll(path, { fromMs: 1500, toMs: 2000 })
    deepStrictEqual(frames, wanted)
    strictEqual(brokenPackets, 0)
  })
}

test('--from further from its key frame than the first step back loses no frame', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'long.ts')
  await makeClip(path, { frames: 200, fps: 10, gop: 75 })
  const { frames } = await readAll(path, { fromMs: 14_000, toMs: 14_200 })
  deepStrictEqual(
    frames.map(({ ptsMs }) => ptsMs),
    [14_000, 14_100]
  )
})

test('--from past the end of a transport stream is SL_INPUT_NO_FRAMES', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'a.ts')
  await makeClip(path, { frames: 40, fps: 10, gop: 12 })
  await rejects(readAll(path, { fromMs: 60_000 }), { code: 'SL_INPUT_NO_FRAMES' })
})

for (const [file, options] of [
  ['bare.h264', { codec: 'h264' }],
  ['bare.h265', { codec: 'h265', format: 'hevc' }],
  ['bare.mjpeg', { codec: 'mjpeg', format: 'mjpeg' }]
] as const) {
  test(`--from in a stream without times (${file}) counts 25 pictures a second`, async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, file)
    await makeClip(path, { frames: 40, gop: 12, ...options })
    const { frames } = await readAll(path, { fromMs: 1500 })
    deepStrictEqual(
      frames.map(({ ptsMs }) => ptsMs),
      [1520, 1560]
    )
  })
}

test('--from where nothing can be sought passes over the frames before', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'a.mkv')
  await makeClip(path, { frames: 40, fps: 10, gop: 12 })
  await using server = await serving(await readFile(path))
  const { frames } = await readAll(server.url, { fromMs: 1500, toMs: 2000 })
  deepStrictEqual(frames, wanted)
})

test('a frame rate that cannot be is none', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'a.mpg')
  await makeClip(path, { frames: 5 })
  const { facts } = await readAll(path)
  strictEqual(facts.fps, undefined)
})
