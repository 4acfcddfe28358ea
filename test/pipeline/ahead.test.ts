import { deepStrictEqual, ok, rejects, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { ahead } from '../../src/pipeline/ahead.ts'
import { ScriptedSource } from '../support/scripted-detector.ts'

test('values come in order, and each only once', async () => {
  const source = new ScriptedSource(7)
  const indices: number[] = []
  for await (const frame of ahead(source.frames(), 3)) indices.push(frame.index)
  deepStrictEqual(indices, [0, 1, 2, 3, 4, 5, 6])
})

test('as many values as the depth are asked for before they are wanted, and no more', async () => {
  const source = new ScriptedSource(10)
  const frames = ahead(source.frames(), 3)
  await frames.next()
  await new Promise(setImmediate)
  strictEqual(source.given.length, 3)
  await frames.return(undefined)
})

test('a reader that stops early leaves nothing undisposed, and the source is ended', async () => {
  const source = new ScriptedSource(10)
  for await (const frame of ahead(source.frames(), 4)) {
    frame[Symbol.dispose]()
    if (frame.index === 2) break
  }
  ok(source.disposedOnce)
  ok(source.returned)
})

test('an error of the source comes after the values before it', async () => {
  const source = new ScriptedSource(10, 3)
  const indices: number[] = []
  await rejects(async () => {
    for await (const frame of ahead(source.frames(), 3)) indices.push(frame.index)
  }, /broke at frame 3/)
  deepStrictEqual(indices, [0, 1, 2])
})
