import { deepStrictEqual, equal, rejects } from 'node:assert/strict'
import { test } from 'node:test'
import type { VideoFrame } from '../../src/media/frame.ts'
import { newestFrames } from '../../src/pipeline/newest-frames.ts'

/** A camera: hands over numbered frames when it is told to, and knows which were given back. */
class ScriptedCamera {
  readonly disposed: number[] = []
  dropped = 0
  readonly #given: (VideoFrame | Error | undefined)[] = []
  #wake = () => {}

  give(...indices: number[]): void {
    for (const index of indices) {
      this.#given.push({ index, [Symbol.dispose]: () => this.disposed.push(index) } as unknown as VideoFrame)
    }
    this.#wake()
  }

  end(error?: Error): void {
    this.#given.push(error)
    this.#wake()
  }

  frames(): AsyncGenerator<VideoFrame> {
    return newestFrames(this.#source(), () => this.dropped++)
  }

  async *#source(): AsyncGenerator<VideoFrame> {
    for (;;) {
      while (this.#given.length === 0)
        await new Promise<void>(resolve => {
          this.#wake = resolve
        })
      const next = this.#given.shift()
      if (next instanceof Error) throw next
      if (!next) return
      yield next
    }
  }
}

/** Lets everything happen that can without a new frame. */
const settled = () => new Promise(setImmediate)

test('N1 a reader that keeps up gets every frame', async () => {
  const camera = new ScriptedCamera()
  const frames = camera.frames()
  for (const index of [1, 2, 3]) {
    camera.give(index)
    equal((await frames.next()).value?.index, index)
  }
  equal(camera.dropped, 0)
})

test('N2 a slow reader gets the newest; the others are given back and counted', async () => {
  const camera = new ScriptedCamera()
  const frames = camera.frames()
  camera.give(1)
  equal((await frames.next()).value?.index, 1)
  camera.give(2, 3, 4)
  await settled()
  equal((await frames.next()).value?.index, 4)
  deepStrictEqual([camera.disposed, camera.dropped], [[2, 3], 2])
})

test('N3 the last frame before the end is still read', async () => {
  const camera = new ScriptedCamera()
  const frames = camera.frames()
  camera.give(1)
  camera.end()
  equal((await frames.next()).value?.index, 1)
  equal((await frames.next()).done, true)
})

test('N4 what ended the source is thrown, after the frame that waits', async () => {
  const camera = new ScriptedCamera()
  const frames = camera.frames()
  camera.give(1)
  camera.end(new Error('cut'))
  equal((await frames.next()).value?.index, 1)
  await rejects(frames.next(), /cut/)
})

test('N5 a reader that leaves gives back what waits, and ends the source', async () => {
  const camera = new ScriptedCamera()
  const frames = camera.frames()
  camera.give(1)
  equal((await frames.next()).value?.index, 1)
  camera.give(2)
  await settled()
  camera.end()
  await frames.return(undefined)
  deepStrictEqual(camera.disposed, [2])
})
