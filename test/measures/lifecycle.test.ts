import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Lifecycle } from '../../src/measures/lifecycle.ts'
import { Alone, context, frameOf } from './walk.ts'

const here = { x: 0.5, y: 0.5 }
const life = () => new Alone(new Lifecycle(context))

test('L1 the first frame that shows a track starts it, once', () => {
  deepStrictEqual(
    life()
      .feed(frameOf(3, [here]), frameOf(4, [here]))
      .map(({ kind, frame, id }) => ({ kind, frame, id })),
    [{ kind: 'track-started', frame: 3, id: 'door/1/tracker@1/track-7/track-started/1' }]
  )
})

test('L2 a track given up ends with the box it was last observed with', () => {
  const lives = life()
  lives.feed(frameOf(0, [here]), frameOf(1, [{ x: 0.9, y: 0.9 }], { outcome: 'skipped' }))
  const [event] = lives.feed(frameOf(30, [], { ended: [7] }))
  ok(event?.kind === 'track-ended')
  strictEqual(event.reason, 'lost')
  strictEqual(event.box.x, here.x - 0.05)
})

test('L2 tracks that end as the picture is cut say so', () => {
  const lives = life()
  lives.feed(frameOf(0, [here]))
  const [event] = lives.feed({ ...frameOf(1, [], { ended: [7] }), isCut: true })
  strictEqual(event?.kind === 'track-ended' && event.reason, 'cut')
  lives.feed(frameOf(2, [{ ...here, id: 9 }]))
  const [later] = lives.feed(frameOf(90, [], { ended: [9] }))
  strictEqual(later?.kind === 'track-ended' && later.reason, 'lost')
})

test('L3 the end of the stream ends every track that is alive', () => {
  const lives = life()
  lives.feed(frameOf(0, [here, { ...here, id: 8 }]))
  const reasons = lives.flush().map(event => (event.kind === 'track-ended' ? `${event.trackId} ${event.reason}` : ''))
  deepStrictEqual(reasons, ['7 end', '8 end'])
})

test('L4 the duration runs to the last observation, not to when a track is given up', () => {
  const event = life()
    .feed(frameOf(0, [here]), frameOf(5, [here]), frameOf(30, [], { ended: [7] }))
    .at(-1)
  ok(event?.kind === 'track-ended')
  strictEqual(event.durationMs, 500)
})

test('L5 a carried row begins nothing', () => {
  deepStrictEqual(life().feed(frameOf(0, [here], { outcome: 'gated' })), [])
})
