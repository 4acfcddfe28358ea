import { deepStrictEqual, ok, strictEqual } from 'node:assert'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openVideoWriter, type VideoWriter } from '../../src/media/encode.ts'
import type { RgbaPicture } from '../../src/media/frame.ts'
import { AnnotatedVideo } from '../../src/report/annotate.ts'
import { channels, colourOf } from '../../src/report/palette.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { difference, pixelAt, StillFrame } from './still-frame.ts'
import { trackRows } from './track-rows.ts'

const grey = [110, 110, 110] as const
const [width, height] = [320, 180]
const options = { width, height, labels: ['person'] }

/** A writer that keeps what it is given. */
function keeping() {
  const written: { picture: RgbaPicture; ptsMs: number }[] = []
  const writer: VideoWriter = {
    frames: 0,
    write: async (picture, ptsMs) => void written.push({ picture, ptsMs }),
    finish: async () => {},
    [Symbol.asyncDispose]: async () => {}
  }
  return { written, writer }
}

test('annotate: frames reach the writer in order, with their times and boxes', async () => {
  const { written, writer } = keeping()
  const video = new AnnotatedVideo(writer, options)
  const tracks = trackRows({ id: 4, box: [0.25, 0.25, 0.25, 0.5] })
  for (const ptsMs of [0, 40, 93]) await video.write(new StillFrame(ptsMs, width, height, () => grey), tracks)
  strictEqual(written.map(({ ptsMs }) => ptsMs).join(), '0,40,93')
  for (const { picture } of written) ok(difference(pixelAt(picture, 80, 90), channels(colourOf(4).fill)) < 40)
})

test('annotate: the video begins with its first frame, and the clock in the picture goes on', async () => {
  const late = keeping()
  const early = keeping()
  for (const [{ writer }, from] of [
    [late, 20_000],
    [early, 0]
  ] as const) {
    const video = new AnnotatedVideo(writer, options)
    for (const ptsMs of [from, from + 40])
      await video.write(new StillFrame(ptsMs, width, height, () => grey), trackRows())
  }
  deepStrictEqual(
    late.written.map(({ ptsMs }) => ptsMs),
    [0, 40]
  )
  ok(!late.written[0]?.picture.data.equals(early.written[0]!.picture.data), '0:20 looks like 0:00')
})

for (const [frameWidth, frameHeight, barAt] of [
  [90, 180, [20, 100]],
  [640, 120, [160, 170]]
] as const) {
  test(`annotate: a frame of ${frameWidth}×${frameHeight} keeps its shape in a video of another, its boxes in place`, async () => {
    const { written, writer } = keeping()
    const video = new AnnotatedVideo(writer, options)
    const everywhere = trackRows({ id: 4, box: [0.25, 0.25, 0.5, 0.5] })
    await video.write(new StillFrame(0, width, height, () => grey), trackRows())
    await video.write(new StillFrame(40, frameWidth, frameHeight, () => [200, 200, 200]), everywhere)
    const picture = written[1]!.picture
    deepStrictEqual([picture.width, picture.height], [width, height])
    deepStrictEqual(pixelAt(picture, barAt[0], barAt[1]), [0, 0, 0])
    const scale = Math.min(width / frameWidth, height / frameHeight)
    const left = width / 2 - (frameWidth * scale) / 4
    ok(difference(pixelAt(picture, left, height / 2), channels(colourOf(4).fill)) < 40, 'the box is elsewhere')
    const inside = pixelAt(picture, width / 2, height / 2)
    ok(
      inside.every(channel => channel > 150),
      `inside: ${inside}`
    )
  })
}

test('annotate: the video is a playable file', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'annotated.mp4')
  await using writer = await openVideoWriter(path, { width, height, fps: 25 })
  const video = new AnnotatedVideo(writer, options)
  for (let frame = 0; frame < 10; frame++)
    await video.write(
      new StillFrame(frame * 40, width, height, () => grey),
      trackRows({ id: 1, box: [0.1, 0.3, 0.2, 0.4] })
    )
  await writer.finish()
  const bytes = await readFile(path)
  ok(bytes.length > 1000)
  strictEqual(bytes.toString('latin1', 4, 8), 'ftyp')
})
