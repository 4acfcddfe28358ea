import { deepStrictEqual, ok, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { boxesOf, iou, peopleClips, readTruth } from '../../../bench/mot-people.ts'
import { watchClip } from '../../../bench/watch-clip.ts'
import type { PictureArea, PixelRequest } from '../../../src/core/fit.ts'
import { openDetector } from '../../../src/vision/open-detector.ts'
import { TiledDetector } from '../../../src/vision/tiles/tiled-detector.ts'
import { realClip, realModel } from '../../support/material.ts'
import { ScriptedDetector } from '../../support/scripted-detector.ts'

const grid = { columns: 2, rows: 2 }
const untimed = <T>(_step: string, work: Promise<T>) => work

/** A picture of 1280×960 that is grey but for a square in its lower right; remembers what was asked of it. */
class AskedPicture {
  readonly width = 1280
  readonly height = 960
  readonly ptsMs: number
  readonly asked: (PictureArea | undefined)[] = []
  readonly #square: number
  readonly #failsAt: number

  constructor(ptsMs: number, square = 0, failsAt = Number.NaN) {
    this.ptsMs = ptsMs
    this.#square = square
    this.#failsAt = failsAt
  }

  async scaleInto(request: PixelRequest, target: Buffer, part?: PictureArea) {
    const { width, height, format } = request
    if (format === 'gray8' && width > 4) {
      target.fill(100)
      const isThere = part && part.left + part.width > 1000 && part.top + part.height > 700
      if (isThere) for (let row = 50; row < 80; row++) target.fill(100 + this.#square, row * width, row * width + 60)
    } else if (this.asked.push(part) === this.#failsAt) throw new Error('no pixels')
    return { left: 0, top: 0, width, height }
  }
}

test('the whole frame and each tile are looked at, all of them at once', async () => {
  const inner = new ScriptedDetector(8)
  await using tiled = new TiledDetector(inner, grid)
  const picture = new AskedPicture(0)
  await (await tiled.look(picture, untimed)).boxes
  deepStrictEqual(
    picture.asked.map(part => part && [part.left, part.top]),
    [undefined, [0, 0], [568, 0], [0, 426], [568, 426]]
  )
  deepStrictEqual([inner.mostTaken, inner.taken], [5, 0])
})

test('a stream that goes on in another size is cut anew', async () => {
  await using tiled = new TiledDetector(new ScriptedDetector(8), grid)
  await (await tiled.look(new AskedPicture(0), untimed)).boxes
  const smaller = Object.assign(new AskedPicture(40), { width: 640, height: 480 })
  await (await tiled.look(smaller, untimed)).boxes
  deepStrictEqual(
    smaller.asked.map(part => part && [part.left, part.top, part.width, part.height]),
    [undefined, [0, 0, 356, 268], [284, 0, 356, 268], [0, 212, 356, 268], [284, 212, 356, 268]]
  )
})

test('with auto a tile in which nothing moves is not looked at, and what was found there stays true', async () => {
  const inner = new ScriptedDetector(8)
  await using tiled = new TiledDetector(inner, 'auto')
  const looks: number[] = []
  const counts: number[] = []
  for (const [at, square] of [0, 0, 0, 0, 90].entries()) {
    const picture = new AskedPicture(at * 1000, square)
    counts.push((await (await tiled.look(picture, untimed)).boxes).count)
    looks.push(picture.asked.length)
  }
  const [first, , still, alsoStill, moved] = looks
  ok(first! > 4, `${looks}`)
  deepStrictEqual([still, alsoStill], [1, 1])
  ok(moved! > 1 && moved! < first!, `${looks}`)
  deepStrictEqual(new Set(counts).size, 1)
})

test('a tile whose pixels cannot be had fails the frame, and every slot comes back', async () => {
  const inner = new ScriptedDetector(8)
  await using tiled = new TiledDetector(inner, grid)
  await rejects(tiled.look(new AskedPicture(0, 0, 3), untimed), /no pixels/)
  await (await tiled.look(new AskedPicture(40), untimed)).boxes
  deepStrictEqual(inner.taken, 0)
})

test('a tile that could not be run is looked at again, also where nothing moves', async () => {
  const inner = new ScriptedDetector(8, 0)
  await using tiled = new TiledDetector(inner, 'auto')
  for (const ptsMs of [0, 1000, 2000]) {
    const picture = new AskedPicture(ptsMs)
    await rejects((await tiled.look(picture, untimed)).boxes, /could not be run/)
    ok(picture.asked.length > 1)
  }
})

const model = realModel('person_yolox_nano_kazuhito.onnx')
const pets = peopleClips[1]
const clip = realClip(pets.video)

test('real frames: tiles go through as one batch, find more of the people, and give nobody on a seam two boxes', {
  skip: model.skip || clip.skip
}, async () => {
  const options = {
    modelPath: model.path,
    name: 'persons',
    provider: 'cpu',
    concurrency: 1,
    batch: 5,
    batchWaitMs: 60_000
  } as const
  const truth = await readTruth(process.env.SIGHTLINE_CLIPS!, pets)
  const path = join(process.env.SIGHTLINE_CLIPS!, pets.video)
  const found = { whole: 0, tiled: 0, people: 0, onSeams: 0 }
  await using whole = await openDetector(options)
  await using tiled = new TiledDetector(await openDetector(options), grid)
  for (const [kind, detector] of Object.entries({ whole, tiled }) as ['whole' | 'tiled', typeof whole][]) {
    for await (const { frame, found: columns } of watchClip(detector, path, { every: 20, most: 10 })) {
      const boxes = boxesOf(columns, frame)
      const { counted } = truth.get(frame.index)!
      for (const person of counted) {
        const near = boxes.filter(box => iou(box, person) >= 0.5)
        found[kind] += Math.min(1, near.length)
        if (kind === 'whole') continue
        found.people++
        const [x, , w] = person
        const isOnSeam = Math.abs(x + w / 2 - frame.width / 2) < 0.06 * frame.width
        const isAlone = counted.every(other => other === person || iou(other, person) === 0)
        if (!isOnSeam || !isAlone) continue
        found.onSeams++
        ok(near.length <= 1, `frame ${frame.index}: ${JSON.stringify(near)} for ${person}`)
      }
    }
  }
  ok(found.tiled > found.whole && found.onSeams > 0, JSON.stringify(found))
  deepStrictEqual(tiled.batches, [0, 0, 0, 0, 10])
})
