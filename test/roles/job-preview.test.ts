import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { TrackColumns } from '../../src/core/columns.ts'
import type { VideoFrame } from '../../src/media/frame.ts'
import { decodePicture } from '../../src/report/picture.ts'
import { JobPreview } from '../../src/roles/job-preview.ts'
import { readPreview } from '../../src/roles/job-preview-file.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const nobody = new TrackColumns()
const tracks = new TrackColumns()
tracks.pushTrack(7, true, 0.25, 0.25, 0.5, 0.5, 0.9, 0)
/** Black, of 1280 × 720. */
const frame = {
  ...{ index: 0, ptsMs: 1000, width: 1280, height: 720 },
  rgba: async (width = 1280, height = 720) => ({
    width,
    height,
    data: Buffer.alloc(width * height * 4, '000000ff', 'hex')
  })
} as unknown as VideoFrame

test('JP1 of a job there is a small picture with its boxes, and another one only after a while', async () => {
  await using folder = await temporaryFolder()
  const place = join(folder.path, 'aaaaaaaaaaaa')
  await mkdir(place)
  let now = 0
  const preview = new JobPreview(join(place, 'preview.jpg'), () => now)
  await preview.take(frame, tracks, ['person'])
  const first = (await readPreview(folder.path, 'aaaaaaaaaaaa'))!
  const { width, height, data } = await decodePicture(first)
  deepStrictEqual([width, height], [640, 360])
  ok(
    data.some((value, at) => at % 4 < 3 && value > 100),
    'nothing is drawn in it'
  )
  now = 2999
  await preview.take(frame, nobody, ['person'])
  ok(first.equals((await readPreview(folder.path, 'aaaaaaaaaaaa'))!))
  now = 3000
  await preview.take(frame, nobody, ['person'])
  ok(!first.equals(await readFile(join(place, 'preview.jpg'))))
  deepStrictEqual(await readdir(place), ['preview.jpg'])
})

test('JP2 a disk that takes nothing breaks no analysis', async () => {
  await new JobPreview('/proc/none/preview.jpg').take(frame, tracks, ['person'])
})

test('JP3 what a worker leaves in its place is shown only as a JPEG: no link, no other file, no folder, nothing endless', async () => {
  await using folder = await temporaryFolder()
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0])
  await writeFile(join(folder.path, 'secret.jpg'), jpeg)
  const left = {
    linked: (path: string) => symlink(join(folder.path, 'secret.jpg'), path),
    text: (path: string) => writeFile(path, 'root:x:0:0'),
    folder: (path: string) => mkdir(path),
    large: (path: string) => writeFile(path, Buffer.concat([jpeg, Buffer.alloc(1024 * 1024)])),
    empty: (path: string) => writeFile(path, '')
  }
  for (const [id, leave] of Object.entries(left)) {
    await mkdir(join(folder.path, id))
    await leave(join(folder.path, id, 'preview.jpg'))
    equal(await readPreview(folder.path, id), undefined, id)
  }
  equal(await readPreview(folder.path, 'none'), undefined)
})
