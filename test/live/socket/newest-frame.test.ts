import { deepStrictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { NewestFrame } from '../../../src/live/socket/newest-frame.ts'

test('NF1 of more pictures than so many a second the newest are handed on, evenly, and the others named', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let nowMs = 0
  const taken: string[] = []
  using frames = new NewestFrame<{ readonly id: string }>({
    maxFps: 10,
    now: () => nowMs,
    take: ({ id }) => taken.push(`${id} at ${nowMs}`)
  })
  for (let sent = 0; sent < 30; sent++) {
    frames.offer({ id: `${sent}` })
    nowMs += 10
    t.mock.timers.tick(10)
  }
  deepStrictEqual(taken, ['0 at 10', '10 at 110', '20 at 210'])
  const { frames: leftOut, ids } = frames.leftOut()
  deepStrictEqual([leftOut, ids.length, ids[0]], [26, 26, '1'])
  deepStrictEqual(frames.leftOut(), { frames: 0, ids: [] })
})
