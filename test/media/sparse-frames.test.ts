import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { VideoFrame } from '../../src/media/frame.ts'
import { openVideo } from '../../src/media/open-video.ts'
import type { VideoOptions, Watch } from '../../src/media/video.ts'
import { MotionSampler } from '../../src/pipeline/frame-sampler.ts'
import { MotionGate } from '../../src/vision/motion/motion-gate.ts'
import { doorFrames, makeGuardedDoor, walkFrames } from '../support/guarded-door.ts'
import { rgbRequest } from '../support/read-all.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const folder = await temporaryFolder()
after(() => folder[Symbol.asyncDispose]())
const door = join(folder.path, 'door.mp4')
before(() => makeGuardedDoor(door))

/** Sees nothing move, and finds every later picture the same but those told to be another. */
class ScriptedWatch implements Watch {
  readonly seen: number[] = []
  peeks = 0
  readonly #different: ReadonlySet<number>

  constructor(...different: readonly number[]) {
    this.#different = new Set(different)
  }

  async see({ index }: VideoFrame): Promise<boolean> {
    this.seen.push(index)
    return true
  }

  async looksTheSame(): Promise<boolean> {
    return !this.#different.has(this.peeks++)
  }
}

interface Read {
  readonly index: number
  readonly ptsMs: number
  /** Of its pixels; none where it was left out. */
  readonly hash: string | undefined
}

async function readFrames(path: string, options: VideoOptions = {}, most = Number.POSITIVE_INFINITY): Promise<Read[]> {
  await using video = await openVideo(path, options)
  const read: Read[] = []
  const pixels = Buffer.alloc(64 * 48 * 3)
  for await (const frame of video.frames()) {
    using held = frame
    if (!held.isLeftOut) await held.scaleInto(rgbRequest(64, 48), pixels)
    const hash = held.isLeftOut ? undefined : createHash('sha256').update(pixels).digest('hex')
    read.push({ index: held.index, ptsMs: held.ptsMs, hash })
    if (read.length === most) break
  }
  return read
}

const watching = () => new MotionSampler(new MotionGate())
const leftOut = (frames: readonly Read[]) => frames.filter(({ hash }) => hash === undefined).map(({ index }) => index)
const places = (frames: readonly Read[]) => frames.map(({ index, ptsMs }) => [index, ptsMs])

test('of a still scene less than half of the pictures is decoded', async () => {
  const frames = await readFrames(door, { watch: watching() })
  ok(leftOut(frames).length > doorFrames / 2, `${leftOut(frames).length} of ${doorFrames} were left out`)
})

test('no picture in which somebody walks is left out', async () => {
  const frames = await readFrames(door, { watch: watching() })
  deepStrictEqual(
    leftOut(frames).filter(index => index >= walkFrames.first - 1 && index <= walkFrames.last),
    []
  )
})

test('no stretch that is left out is longer than 6 s where there is a key frame a second', async () => {
  const frames = await readFrames(door, { watch: watching() })
  const decodedMs = frames.filter(({ hash }) => hash !== undefined).map(({ ptsMs }) => ptsMs)
  ok(decodedMs.every((ms, i) => ms - (decodedMs[i - 1] ?? 0) <= 6000))
})

test('the same recording always leaves out the same frames', async () => {
  deepStrictEqual(await readFrames(door, { watch: watching() }), await readFrames(door, { watch: watching() }))
})

const closed = { 'x265-params': 'log-level=none:open-gop=0' }
/** `leaves`: whether anything can be left out. */
const recordings = [
  { file: 'a.mp4', leaves: true },
  { file: 'b.mov', leaves: true, bFrames: 2 },
  { file: 'c.mkv', leaves: true },
  { file: 'd.ts', leaves: true, audio: true },
  { file: 'e.mp4', leaves: true, rotation: 90 },
  { file: 'f.mp4', leaves: true, cutMs: 3300 },
  { file: 'g.mp4', leaves: true, codec: 'h265', encoderOptions: closed },
  { file: 'h.mkv', leaves: true, codec: 'h265', bFrames: 3, encoderOptions: closed },
  { file: 'i.mp4', leaves: false, codec: 'h265', bFrames: 3 },
  { file: 'j.mp4', leaves: false, gop: 250 },
  { file: 'k.webm', leaves: false, codec: 'vp9' },
  { file: 'l.avi', leaves: false, codec: 'h264' }
] as const
for (const { file, leaves, ...options } of recordings) {
  const title = `${file.slice(2)} ${JSON.stringify(options)}`
  test(`numbers, times and pixels are those of a full decoding: ${title}`, async () => {
    const path = join(folder.path, file)
    await makeGuardedDoor(path, options)
    const [full, sparse] = [await readFrames(path), await readFrames(path, { watch: watching() })]
    strictEqual(leftOut(sparse).length > 0, leaves)
    deepStrictEqual(places(sparse), places(full))
    deepStrictEqual(
      sparse.filter(({ hash }) => hash !== undefined),
      full.filter((_, i) => sparse[i]!.hash !== undefined)
    )
  })
}

for (const range of [{ fromMs: 6250 }, { toMs: 9050 }, { fromMs: 4120, toMs: 17_330 }]) {
  test(`a part has the numbers and times of a full decoding: ${JSON.stringify(range)}`, async () => {
    const [full, sparse] = [await readFrames(door, range), await readFrames(door, { ...range, watch: watching() })]
    deepStrictEqual(places(sparse), places(full))
  })
}

test('a key frame that looks different has what lies before it decoded too', async () => {
  // The second look is at the end of the first stretch, that after it at the end of the next try.
  const [all, doubted] = [new ScriptedWatch(), new ScriptedWatch(1)]
  const first = leftOut(await readFrames(door, { watch: all }))[0]!
  const frames = await readFrames(door, { watch: doubted })
  deepStrictEqual(
    leftOut(frames).filter(index => index < first + 9),
    []
  )
  ok(leftOut(frames).length > 0)
})

test('the watch is shown every frame that is decoded, once and in order', async () => {
  const watch = new ScriptedWatch()
  const frames = await readFrames(door, { watch })
  deepStrictEqual(
    watch.seen,
    frames.filter(({ hash }) => hash !== undefined).map(({ index }) => index)
  )
})

test('a key frame that is looked at ahead of its turn is no frame to the watch', async () => {
  const watch = new ScriptedWatch()
  await readFrames(door, { watch })
  ok(watch.peeks > 0)
  strictEqual(new Set(watch.seen).size, watch.seen.length)
})

test('a frame that was left out has no pixels and says so', async () => {
  await using video = await openVideo(door, { watch: watching() })
  for await (const frame of video.frames()) {
    using held = frame
    if (!held.isLeftOut) continue
    deepStrictEqual([held.width, held.height], [320, 240])
    await rejects(held.scaleInto(rgbRequest(4, 4), Buffer.alloc(48)), { code: 'SL_INTERNAL' })
    await rejects(held.rgba(), { code: 'SL_INTERNAL' })
    return
  }
  throw new Error('No frame was left out.')
})

test('reading may end at any frame, left out or not', async () => {
  for (const most of [1, 31, 35, 60, 130])
    strictEqual((await readFrames(door, { watch: watching() }, most)).length, most)
})

test('a watch that fails ends the reading with its error', async () => {
  const watch = new ScriptedWatch()
  watch.looksTheSame = () => Promise.reject(new Error('it cannot look'))
  await rejects(readFrames(door, { watch }), /it cannot look/)
})
