import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { Check } from 'typebox/value'
import { Event } from '../../src/contract/event.ts'
import { Heatmap } from '../../src/measures/heatmap.ts'
import { Lifecycle } from '../../src/measures/lifecycle.ts'
import { LineCounter } from '../../src/measures/line.ts'
import { ZoneWatch } from '../../src/measures/zone.ts'
import { frameOf, origin, walk } from './walk.ts'

const here = { x: 0.5, y: 0.5 }

test('L1 the first frame that shows a track starts it, once', () => {
  const life = new Lifecycle(origin)
  const events = [frameOf(3, [here]), frameOf(4, [here])].flatMap(frame => life.process(frame))
  deepStrictEqual(
    events.map(({ kind, frame, id }) => ({ kind, frame, id })),
    [{ kind: 'track-started', frame: 3, id: 'door/1/tracker@1/track-7/track-started/1' }]
  )
})

test('L2 a track given up ends with the box it was last observed with', () => {
  const life = new Lifecycle(origin)
  life.process(frameOf(0, [here]))
  life.process(frameOf(1, [{ x: 0.9, y: 0.9 }], { outcome: 'skipped' }))
  const [event] = life.process(frameOf(30, [], { ended: [7] }))
  ok(event?.kind === 'track-ended')
  strictEqual(event.reason, 'lost')
  strictEqual(event.box.x, here.x - 0.05)
})

test('L3 the end of the stream ends every track that is alive', () => {
  const life = new Lifecycle(origin)
  life.process(frameOf(0, [here, { ...here, id: 8 }]))
  const reasons = life.flush().map(event => (event.kind === 'track-ended' ? `${event.trackId} ${event.reason}` : ''))
  deepStrictEqual(reasons, ['7 end', '8 end'])
})

test('L4 the duration runs to the last observation, not to when a track is given up', () => {
  const life = new Lifecycle(origin)
  for (const frame of [frameOf(0, [here]), frameOf(5, [here])]) life.process(frame)
  const [event] = life.process(frameOf(30, [], { ended: [7] }))
  ok(event?.kind === 'track-ended')
  strictEqual(event.durationMs, 500)
})

test('L5 a carried row begins nothing', () => {
  deepStrictEqual(new Lifecycle(origin).process(frameOf(0, [here], { outcome: 'gated' })), [])
})

test('E1 every event keeps to the contract and a replay repeats it', () => {
  const run = () => {
    const stages = [
      new Lifecycle(origin),
      new LineCounter({
        ...origin,
        name: 'a',
        aspect: 1,
        points: [
          [0, 0.5],
          [1, 0.5]
        ]
      }),
      new ZoneWatch({
        ...origin,
        name: 'a',
        points: [
          [0, 0.5],
          [1, 0.5],
          [1, 1]
        ]
      }),
      new Heatmap({ aspect: 1 })
    ]
    const frames = walk([
      [0.6, 0.4],
      [0.8, 0.7],
      [0.6, 0.4]
    ])
    const events: Event[] = frames.flatMap(frame => stages.flatMap(stage => [...stage.process(frame)]))
    return [...events, ...stages.flatMap(stage => [...stage.flush()])]
  }
  const events = run()
  deepStrictEqual(
    events.filter(event => !Check(Event, event)),
    []
  )
  deepStrictEqual(events.map(event => event.kind).sort(), [
    'line-crossed',
    'line-crossed',
    'track-ended',
    'track-started',
    'zone-entered',
    'zone-left'
  ])
  deepStrictEqual(run(), events)
})

test('E2 events of different measures never share an id', () => {
  const line = (name: string, epoch: number) =>
    new LineCounter({
      stream: 'door',
      epoch,
      name,
      aspect: 1,
      points: [
        [0, 0.5],
        [1, 0.5]
      ]
    })
  const ids = [line('a', 1), line('b', 1), line('a', 2)].flatMap(stage =>
    walk([
      [0.5, 0.4],
      [0.5, 0.6]
    ]).flatMap(frame => stage.process(frame).map(event => event.id))
  )
  strictEqual(new Set(ids).size, 3)
})
