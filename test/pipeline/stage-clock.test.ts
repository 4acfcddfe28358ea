import { deepStrictEqual, ok, rejects } from 'node:assert'
import { test } from 'node:test'
import { StageClock } from '../../src/pipeline/stage-clock.ts'

class Durations {
  readonly stages: string[] = []
  readonly ms: number[] = []

  add(stage: string, ms: number): void {
    this.stages.push(stage)
    this.ms.push(ms)
  }
}

async function* three(): AsyncGenerator<number> {
  yield* [1, 2, 3]
}

test('clock: a source of three frames is three durations: its end is none', async () => {
  const durations = new Durations()
  const seen = await Array.fromAsync(new StageClock(durations).each('decode', three()))
  deepStrictEqual(seen, [1, 2, 3])
  deepStrictEqual(durations.stages, ['decode', 'decode', 'decode'])
})

test('clock: a source that is left early is ended', async () => {
  let ended = false
  async function* endless(): AsyncGenerator<number> {
    try {
      while (true) yield 1
    } finally {
      ended = true
    }
  }
  for await (const _ of new StageClock(new Durations()).each('decode', endless())) break
  ok(ended)
})

test('clock: work that fails is not timed, and its error passes', async () => {
  const durations = new Durations()
  await rejects(new StageClock(durations).time('detect', Promise.reject(new Error('broken'))), /broken/)
  deepStrictEqual(durations.stages, [])
})

test('clock: what is timed at once gives its result', () => {
  const durations = new Durations()
  deepStrictEqual(
    new StageClock(durations).timeSync('track', () => 7),
    7
  )
  ok(durations.stages.join() === 'track' && durations.ms[0]! >= 0)
})
