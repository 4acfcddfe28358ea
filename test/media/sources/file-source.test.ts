import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { LiveDecoder } from '../../../src/media/live-decoder.ts'
import { FileSource } from '../../../src/media/sources/file-source.ts'
import type { AccessUnit, SourceConnection } from '../../../src/media/sources/source.ts'
import { type ClipOptions, makeClip } from '../../support/make-clip.ts'
import { readAll } from '../../support/read-all.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const never = new AbortController().signal
const coded = (code: string) => (error: Error & { code?: string }) => error.code === code

async function clip(options: ClipOptions = {}, file = 'clip.mp4') {
  const folder = await temporaryFolder()
  const path = join(folder.path, file)
  await makeClip(path, { frames: 10, fps: 50, ...options })
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() }
}

async function take(connection: SourceConnection, most: number): Promise<AccessUnit[]> {
  const units: AccessUnit[] = []
  for await (const unit of connection.units()) if (units.push(unit) >= most) break
  return units
}

for (const [rule, file, options] of [
  ['I1 H.264 in MP4', 'clip.mp4', {}],
  ['I2 H.264 with B-frames in MP4', 'clip.mp4', { bFrames: 2 }],
  ['I3 H.265 in MP4', 'clip.mp4', { codec: 'h265' }],
  ['I4 H.264 in a transport stream', 'clip.ts', {}],
  ['I5 VP9 in WebM', 'clip.webm', { codec: 'vp9' }],
  ['I5 AV1 in MP4', 'clip.mp4', { codec: 'av1' }],
  ['I5 VP8 in Matroska', 'clip.mkv', { codec: 'vp8' }],
  ['I5 motion JPEG in AVI', 'clip.avi', { codec: 'mjpeg' }],
  ['I5 MPEG-4 in MP4, with its head apart,', 'clip.mp4', { codec: 'mpeg4' }],
  ['I5 MPEG-4 in AVI', 'clip.avi', { codec: 'mpeg4' }]
] as const) {
  test(`${rule} gives every frame at its time, and then ends`, async () => {
    await using recording = await clip(options, file)
    await using connection = await new FileSource(recording.path, { loop: false }).connect(never)
    await using decoder = new LiveDecoder(connection.format)
    const times: number[] = []
    for await (const { frame } of decoder.frames(connection.units())) {
      times.push(frame.ptsMs)
      frame[Symbol.dispose]()
    }
    deepStrictEqual(
      times,
      (await readAll(recording.path)).frames.map(({ ptsMs }) => ptsMs)
    )
  })
}

test('I10 it says how its pictures have to be turned', async () => {
  await using recording = await clip({ rotation: 270 })
  await using connection = await new FileSource(recording.path).connect(never)
  strictEqual(connection.format.rotation, 270)
})

test('I6 it plays in real time', async () => {
  await using file = await clip()
  await using connection = await new FileSource(file.path, { loop: false }).connect(never)
  const units = await take(connection, 10)
  const tookMs = units[9]!.arrivedMs - units[0]!.arrivedMs
  ok(tookMs > 170, `nine steps of 20 ms took ${tookMs} ms`)
})

test('I7 in a loop it begins again with a key frame, and time goes on', async () => {
  await using file = await clip({ fps: 100 })
  await using connection = await new FileSource(file.path).connect(never)
  const units = await take(connection, 25)
  deepStrictEqual(
    units.map(({ sourceMs }) => Math.round(sourceMs)),
    Array.from({ length: 25 }, (_, index) => index * 10)
  )
  deepStrictEqual(
    units.flatMap(({ isKey }, index) => (isKey ? index : [])),
    [0, 10, 20]
  )
})

test('I8 closing it ends the units at once', async () => {
  await using file = await clip({ fps: 1, frames: 3 })
  const connection = await new FileSource(file.path).connect(never)
  const units = connection.units()
  await units.next()
  const next = units.next()
  await connection[Symbol.asyncDispose]()
  strictEqual((await next).done, true)
})

test('I9 what is not there, and what is no video, is refused', async () => {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, 'text.mp4'), 'hello')
  await rejects(new FileSource(join(folder.path, 'none.mp4')).connect(never), coded('SL_INPUT_NOT_FOUND'))
  await rejects(new FileSource(join(folder.path, 'text.mp4')).connect(never), coded('SL_INPUT_NOT_VIDEO'))
})
