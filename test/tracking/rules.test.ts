import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { BotSortTracker } from '../../src/tracking/bot-sort.ts'
import { ByteTracker } from '../../src/tracking/byte-track.ts'
import { createTracker, trackerNames } from '../../src/tracking/create-tracker.ts'
import { OcSortTracker } from '../../src/tracking/oc-sort.ts'
import { SightlineTracker } from '../../src/tracking/sightline-tracker.ts'
import { SortTracker } from '../../src/tracking/sort.ts'
import type { Tracker } from '../../src/tracking/tracker.ts'
import { detections, frame, idsOf, rowsOf, type Seen, seeded } from './scene.ts'

const intervalMs = 40
const options = { frame, fps: 25 }
const standing: Seen = [0.4, 0.4, 0.1, 0.4]
/** All show a box from its first sight on, so that rules read the same for all. */
const makers: Record<string, () => Tracker> = {
  'bot-sort': () => new BotSortTracker({ ...options, confirmHits: 0 }),
  byte: () => new ByteTracker({ ...options, confirmHits: 0 }),
  'oc-sort': () => new OcSortTracker({ ...options, minHits: 0 }),
  sightline: () => new SightlineTracker({ ...options, confirmMs: 0 }),
  sort: () => new SortTracker({ ...options, minHits: 0 })
}

/** `count` frames of the same boxes, from frame `from` on. */
function feed(tracker: Tracker, from: number, count: number, ...boxes: Seen[]): number[][] {
  return Array.from({ length: count }, (_, i) => idsOf(tracker.update((from + i) * intervalMs, detections(...boxes))))
}

/** Walkers from left to right at heights of their own, with misses. */
function crowd(seed: number): Seen[][] {
  const random = seeded(seed)
  return Array.from({ length: 60 }, (_, index) =>
    Array.from({ length: 8 }, (_, walker): Seen => [index * 0.005 * walker, walker * 0.1, 0.08, 0.12, random()])
  )
}

for (const [name, make] of Object.entries(makers)) {
  test(`T1 ${name}: ids count from 1 in the order tracks are shown, and no id comes back`, () => {
    const tracker = make()
    feed(tracker, 0, 1, standing)
    deepStrictEqual(feed(tracker, 1, 1, standing, [0.1, 0.4, 0.1, 0.4]), [[1, 2]])
    feed(tracker, 2, 100)
    deepStrictEqual(feed(tracker, 102, 1, standing), [[3]])
  })

  test(`T2 ${name}: the same frames give the same rows`, () => {
    const run = (tracker: Tracker) =>
      crowd(5).map((boxes, index) => rowsOf(tracker.update(index * intervalMs, detections(...boxes))))
    deepStrictEqual(run(make()), run(make()))
  })

  test(`T3 ${name}: a tracker does not renumber another`, () => {
    const [one, other] = [make(), make()]
    feed(one, 0, 3, standing)
    deepStrictEqual(feed(other, 0, 1, standing), [[1]])
    deepStrictEqual(feed(one, 3, 1, standing), [[1]])
  })

  test(`T4 ${name}: a box called something else now and then does not change what a track is`, () => {
    const tracker = make()
    const classes = [2, 2, 7, 2, 7, 7, 2].map((classId, index) => {
      const rows = rowsOf(tracker.update(index * intervalMs, detections([0.4, 0.4, 0.1, 0.4, 0.9, classId])))
      return rows.map(row => [row.id, row.classId])
    })
    deepStrictEqual(classes, new Array(7).fill([[1, 2]]))
  })

  test(`T4 ${name}: what a track is called more becomes its class`, () => {
    const tracker = make()
    feed(tracker, 0, 2, [0.4, 0.4, 0.1, 0.4, 0.4, 1])
    feed(tracker, 2, 3, [0.4, 0.4, 0.1, 0.4, 0.9, 5])
    strictEqual(rowsOf(tracker.hold(5 * intervalMs))[0]?.classId, 5)
  })

  test(`T5 ${name}: a track ends once it is unseen for longer than 2 s`, () => {
    const tracker = make()
    feed(tracker, 0, 3, standing, [0.1, 0.4, 0.1, 0.4])
    const endedAt = Array.from({ length: 80 }, (_, i) => 3 + i).flatMap(index => {
      tracker.update(index * intervalMs, detections())
      return tracker.ended.map(id => [index, id])
    })
    deepStrictEqual(endedAt, [
      [53, 1],
      [53, 2]
    ])
  })

  test(`T6 ${name}: a track seen again in time keeps its id`, () => {
    const tracker = make()
    feed(tracker, 0, 3, standing)
    feed(tracker, 3, 40)
    deepStrictEqual(feed(tracker, 43, 1, standing), [[1]])
  })

  test(`T7 ${name}: held frames repeat the rows as not observed, for an hour`, () => {
    const tracker = make()
    const walking = (index: number): Seen => [0.2 + index * 0.01, 0.4, 0.1, 0.4]
    for (let index = 0; index < 9; index++) tracker.update(index * intervalMs, detections(walking(index)))
    const before = rowsOf(tracker.update(9 * intervalMs, detections(walking(9))))
    for (let second = 1; second <= 3600; second++) {
      const rows = rowsOf(tracker.hold(9 * intervalMs + second * 1000))
      deepStrictEqual(
        rows,
        before.map(row => ({ ...row, observed: false }))
      )
      deepStrictEqual(tracker.ended, [])
    }
    // Nor has anybody aged: who is missed right after it is not gone.
    tracker.update(3_600_000 + 10 * intervalMs, detections())
    deepStrictEqual(tracker.ended, [])
    deepStrictEqual(idsOf(tracker.update(3_600_000 + 11 * intervalMs, detections(walking(10)))), [1])
  })

  test(`T8 ${name}: skipped frames move tracks on as not observed`, () => {
    const tracker = make()
    for (let index = 0; index < 20; index++) {
      tracker.update(index * intervalMs, detections([0.1 + index * 0.01, 0.4, 0.1, 0.4]))
    }
    const [row] = rowsOf(tracker.predict(20 * intervalMs))
    ok(row && !row.observed && Math.abs(row.box[0]! - 0.3) < 0.003, `at ${row?.box[0]} instead of 0.3`)
  })

  test(`T8 ${name}: with every tenth frame analysed a walker keeps one id`, () => {
    const tracker = make()
    const seen = new Set<number>()
    for (let index = 0; index < 150; index++) {
      const boxes = detections([0.1 + index * 0.002, 0.4, 0.1, 0.4])
      const rows = index % 10 === 0 ? tracker.update(index * intervalMs, boxes) : tracker.predict(index * intervalMs)
      for (const id of idsOf(rows)) seen.add(id)
    }
    deepStrictEqual([...seen], [1])
  })

  test(`T18 ${name}: a cut that is told ends every track, seen or not, and says so once`, () => {
    const tracker = make()
    feed(tracker, 0, 3, standing, [0.1, 0.4, 0.1, 0.4])
    feed(tracker, 3, 1, standing)
    const rows = tracker.update(4 * intervalMs, detections(standing), { isCut: true })
    deepStrictEqual([idsOf(rows), [...tracker.ended], tracker.isCut], [[3], [1, 2], true])
    tracker.update(5 * intervalMs, detections(standing))
    deepStrictEqual([[...tracker.ended], tracker.isCut], [[], false])
  })

  test(`T9 ${name}: a gap of hours ends every track`, () => {
    const tracker = make()
    feed(tracker, 0, 3, standing, [0.1, 0.4, 0.1, 0.4])
    deepStrictEqual(idsOf(tracker.update(7_200_000, detections(standing))), [3])
    deepStrictEqual(tracker.ended, [1, 2])
  })

  test(`T11 ${name}: edges are multiples of 1/4096, and no box is empty`, () => {
    const tracker = make()
    for (const boxes of crowd(9)) {
      for (const { box } of rowsOf(tracker.update(0, detections(...boxes, [0.9, 0.01, 1e-5, 1e-5])))) {
        deepStrictEqual(
          box.filter(value => !Number.isInteger(value * 4096)),
          []
        )
        ok(box[2]! > 0 && box[3]! > 0)
      }
    }
  })

  test(`T12 ${name}: a frame that is three intervals late moves tracks by three steps`, () => {
    const tracker = make()
    for (let index = 0; index < 30; index++) {
      tracker.update(index * intervalMs, detections([0.1 + index * 0.01, 0.4, 0.1, 0.4]))
    }
    const [row] = rowsOf(tracker.predict(32 * intervalMs))
    ok(row && Math.abs(row.box[0]! - 0.42) < 0.005, `at ${row?.box[0]} instead of 0.42`)
  })

  test(`T12 ${name}: a frame that is half an interval late moves tracks by half a step more`, () => {
    const tracker = make()
    for (let index = 0; index < 30; index++) {
      tracker.update(index * intervalMs, detections([0.1 + index * 0.02, 0.4, 0.1, 0.4]))
    }
    const [row] = rowsOf(tracker.predict(30.5 * intervalMs))
    ok(row && Math.abs(row.box[0]! - 0.71) < 0.004, `at ${row?.box[0]} instead of 0.71`)
  })

  const times = [
    { what: 'stands still', ptsMs: () => 1000 },
    { what: 'runs backwards', ptsMs: (index: number) => 100_000 - index * intervalMs },
    { what: 'is no number', ptsMs: () => Number.NaN },
    { what: 'is infinite', ptsMs: () => Infinity }
  ]
  for (const { what, ptsMs } of times) {
    test(`T13 ${name}: where time ${what}, each frame is one interval`, () => {
      const run = (time: (index: number) => number) => {
        const tracker = make()
        return crowd(3).map((boxes, i) => rowsOf(tracker.update(time(i), detections(...boxes))))
      }
      deepStrictEqual(
        run(ptsMs),
        run(index => index * intervalMs)
      )
    })
  }

  const nonsense: Record<string, Seen> = {
    NaN: [Number.NaN, 0.1, 0.1, 0.1],
    'a width of NaN': [0.1, 0.1, Number.NaN, 0.1],
    'a height of NaN': [0.1, 0.1, 0.1, Number.NaN],
    'an infinite score': [0.1, 0.1, 0.1, 0.1, Infinity],
    'an infinite width': [0.1, 0.1, Infinity, 0.1],
    'a negative width': [0.5, 0.5, -0.1, 0.1],
    'no height': [0.1, 0.1, 0.1, 0],
    'an absurd place': [1e200, 0.1, 0.1, 0.1],
    'a score that is NaN': [0.1, 0.1, 0.1, 0.1, Number.NaN],
    'a negative score': [0.1, 0.1, 0.1, 0.1, -1]
  }
  for (const [what, box] of Object.entries(nonsense)) {
    test(`T14 ${name}: a box with ${what} is dropped and changes nothing`, () => {
      const tracker = make()
      const ids = [feed(tracker, 0, 2, standing, box), feed(tracker, 2, 2, box), feed(tracker, 4, 1, standing)]
      deepStrictEqual(ids, [[[1], [1]], [[], []], [[1]]])
    })
  }

  test(`T14 ${name}: empty frames for an hour leave the tracker as new, but for its ids`, () => {
    const tracker = make()
    feed(tracker, 0, 5, standing)
    feed(tracker, 5, 90_000)
    deepStrictEqual(feed(tracker, 90_005, 2, standing), [[2], [2]])
  })

  for (const { what, laterMs, isCut } of [
    { what: 'a gap', laterMs: 7_200_000, isCut: false },
    { what: 'a cut', laterMs: 61 * intervalMs, isCut: true }
  ])
    test(`T28 ${name}: nothing is learned: what a tracker saw before ${what} changes nothing after it, but for its ids`, () => {
      const later = (tracker: Tracker) =>
        crowd(5).map((boxes, index) => rowsOf(tracker.update(laterMs + index * intervalMs, detections(...boxes))))
      const [used, fresh] = [make(), make()]
      for (const [index, boxes] of crowd(8).entries())
        used.update(index * intervalMs, detections(...boxes.toReversed()))
      for (const tracker of [used, fresh]) tracker.update(laterMs - intervalMs, detections(), { isCut })
      const again = later(used)
      const first = again.flat()[0]!.id
      deepStrictEqual(
        again.map(rows => rows.map(row => ({ ...row, id: row.id - first + 1 }))),
        later(fresh)
      )
    })

  const heaps: Record<string, (random: () => number) => Seen> = {
    'spread over the frame': random => [random(), random(), 0.01, 0.02, random()],
    'in one heap': random => [0.4 + random() * 0.05, 0.4 + random() * 0.1, 0.1, 0.2, random()],
    'in the same place': random => [0.4, 0.4, 0.1, 0.2, random()]
  }
  for (const [what, make10k] of Object.entries(heaps)) {
    test(`T15 ${name}: 10,000 boxes ${what} are answered within seconds, the best 1,000 of them`, () => {
      const tracker = make()
      const random = seeded(11)
      const begin = performance.now()
      for (let index = 0; index < 3; index++) {
        const boxes = Array.from({ length: 10_000 }, () => make10k(random))
        const rows = rowsOf(tracker.update(index * intervalMs, detections(...boxes)))
        ok(rows.length <= 1000)
        ok(rows.every(row => row.box.every(Number.isFinite)))
        if (index === 0) strictEqual(rows.length, 1000)
      }
      ok(performance.now() - begin < 15_000)
    })
  }

  test(`T10 ${name}: identical boxes get tracks of their own, one each`, () => {
    const tracker = make()
    deepStrictEqual(feed(tracker, 0, 1, standing, standing, standing), [[1, 2, 3]])
    deepStrictEqual(feed(tracker, 1, 1, standing, standing, standing)[0]?.toSorted(), [1, 2, 3])
  })
}

for (const name of trackerNames) {
  for (const option of ['lostAfterMs', 'fps'] as const) {
    for (const value of [0, -1, Number.NaN]) {
      test(`T16 ${name}: ${option} of ${value} is refused by name and value`, () => {
        const message = new RegExp(`${option} is ${value}`)
        throws(() => createTracker(name, { ...options, [option]: value }), { code: 'SL_OPTION_INVALID', message })
      })
    }
  }
}

test('T16 a tracker that does not exist is refused with those that do', () => {
  throws(() => createTracker('deep', options), {
    code: 'SL_OPTION_INVALID',
    message: /deep.*bot-sort or byte or oc-sort or sightline or sort/
  })
})

test('T16 boxes of nobody are refused', () => {
  const boxes = 'guess' as 'filter'
  throws(() => new SortTracker({ ...options, boxes }), { code: 'SL_OPTION_INVALID', message: /boxes is guess/ })
})

test('T16 a threshold beyond 1 is refused', () => {
  throws(() => new ByteTracker({ ...options, matchCost: 1.2 }), {
    code: 'SL_OPTION_INVALID',
    message: /matchCost is 1.2/
  })
})
