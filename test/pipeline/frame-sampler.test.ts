import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import type { VideoFrame } from '../../src/media/frame.ts'
import { LeftOutFrame } from '../../src/media/left-out-frame.ts'
import { type Gate, MotionSampler } from '../../src/pipeline/frame-sampler.ts'
import { ScriptedFrame } from '../support/scripted-detector.ts'

/** Opens for the frames it is told, by the index that a scripted frame's pixels are made of. */
class ScriptedGate implements Gate {
  readonly request = { width: 2, height: 2, format: 'gray8', mode: 'stretch', pad: 0 } as const
  readonly decided: number[] = []
  isStill = true
  readonly #moving: ReadonlySet<number>

  constructor(...moving: readonly number[]) {
    this.#moving = new Set(moving)
  }

  decide(luma: Uint8Array): 'detect' | 'unchanged' {
    this.decided.push(luma[0]!)
    this.isStill = !this.#moving.has(luma[0]!)
    return this.isStill ? 'unchanged' : 'detect'
  }

  resembles(luma: Uint8Array): boolean {
    return !this.#moving.has(luma[0]!)
  }
}

const frame = (index: number): VideoFrame => new ScriptedFrame(index)

test('MS1 frames in which something moves are analysed, the others gated', async () => {
  const sampler = new MotionSampler(new ScriptedGate(1))
  deepStrictEqual([await sampler.outcome(frame(0)), await sampler.outcome(frame(1))], ['gated', 'analysed'])
})

test('MS2 what was decided while the frame was read is not decided again', async () => {
  const gate = new ScriptedGate(0)
  const sampler = new MotionSampler(gate)
  const read = frame(0)
  strictEqual(await sampler.see(read), false)
  strictEqual(await sampler.outcome(read), 'analysed')
  deepStrictEqual(gate.decided, [0])
})

test('MS3 a frame that was left out is gated, and the gate is not asked', async () => {
  const gate = new ScriptedGate(3)
  strictEqual(await new MotionSampler(gate).outcome(new LeftOutFrame(3, 300, { width: 64, height: 48 })), 'gated')
  deepStrictEqual(gate.decided, [])
})

test('MS4 looking ahead decides nothing', async () => {
  const gate = new ScriptedGate(4)
  const sampler = new MotionSampler(gate)
  deepStrictEqual([await sampler.looksTheSame(frame(3)), await sampler.looksTheSame(frame(4))], [true, false])
  deepStrictEqual(gate.decided, [])
})

test('MS5 it is known up to which picture it has seen', async () => {
  const sampler = new MotionSampler(new ScriptedGate())
  strictEqual(sampler.seenMs, Number.NEGATIVE_INFINITY)
  await sampler.outcome(frame(2))
  strictEqual(sampler.seenMs, frame(2).ptsMs)
  await sampler.outcome(new LeftOutFrame(3, 300, { width: 64, height: 48 }))
  strictEqual(sampler.seenMs, frame(2).ptsMs)
})
