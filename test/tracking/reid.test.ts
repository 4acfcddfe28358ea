import { deepStrictEqual, ok, strictEqual, throws } from 'node:assert/strict'
import { test } from 'node:test'
import { createTracker } from '../../src/tracking/create-tracker.ts'
import type { ReidOptions } from '../../src/tracking/looks.ts'
import type { Tracker } from '../../src/tracking/tracker.ts'
import { detections, frame, idsOf, type Seen } from './scene.ts'

const names = ['bot-sort', 'byte', 'sightline']
/** Where somebody stands, and what they wear: the place in their vector. */
interface Person {
  readonly box: Seen
  readonly looks: number
}

const left = 0.1
const right = 0.7
const at = (x: number): Seen => [x, 0.3, 0.06, 0.4]

/** Nearly the same vector for the same looks, and nothing in common with others. */
function vectorOf(looks: number, nth: number): Float32Array {
  const vector = new Float32Array(8).fill(0)
  vector[looks] = 3
  vector[7] = nth % 2
  return vector
}

interface Told {
  readonly ids: number[]
  readonly ended: number[]
  /** How many looks were wanted of this frame. */
  readonly wanted: number
}

/** Tracks a scene at 10 fps, and answers what is wanted by who stands there. */
function watch(tracker: Tracker, toMs: number, scene: (ms: number) => readonly Person[]): Told[] {
  return Array.from({ length: toMs / 100 }, (_, index) => {
    const people = scene(index * 100)
    const ids = idsOf(tracker.update(index * 100, detections(...people.map(({ box }) => box))))
    for (const look of tracker.wanted) {
      const person = people.find(({ box }) => Math.abs(box[0] - look.box[0]) < 0.02)
      ok(person, `nobody stands at ${look.box}`)
      tracker.describe(look, vectorOf(person.looks, index))
    }
    return { ids, ended: [...tracker.ended], wanted: tracker.wanted.length }
  })
}

const idsIn = (told: readonly Told[]) => [...new Set(told.flatMap(({ ids }) => ids))]
const make = (name: string, reid?: ReidOptions) => createTracker(name, { frame, fps: 10, reid })
/** One who leaves on the left and comes back on the right after 4 s, in other clothes or the same. */
const returning =
  (looks: number, goneMs = 4000) =>
  (ms: number): Person[] => {
    if (ms < 1000) return [{ box: at(left), looks: 1 }]
    return ms < 1000 + goneMs ? [] : [{ box: at(right), looks }]
  }

for (const name of names) {
  test(`E1 ${name}: who comes back elsewhere after lostAfterMs is known again by their looks`, () => {
    const told = watch(make(name, {}), 8000, returning(1))
    deepStrictEqual([idsIn(told), told.flatMap(({ ended }) => ended)], [[1], []])
  })

  test(`E1 ${name}: without reid nobody asks for looks, and they are somebody else`, () => {
    const told = watch(make(name), 8000, returning(1))
    deepStrictEqual([idsIn(told), told.reduce((sum, { wanted }) => sum + wanted, 0)], [[1, 2], 0])
  })

  test(`E2 ${name}: who looks otherwise is somebody else`, () => {
    deepStrictEqual(idsIn(watch(make(name, {}), 8000, returning(2))), [1, 2])
  })

  test(`E2 ${name}: what is called otherwise is something else, however much it looks the same`, () => {
    const told = watch(make(name, {}), 8000, ms =>
      returning(1)(ms).map(person => ({
        ...person,
        box: [...at(person.box[0]).slice(0, 4), 0.9, ms < 1000 ? 0 : 2] as unknown as Seen
      }))
    )
    deepStrictEqual(idsIn(told), [1, 2])
  })

  test(`E3 ${name}: who was gone for longer than keepMs is somebody else, and the track has ended once`, () => {
    const told = watch(make(name, { keepMs: 3000 }), 8000, returning(1))
    deepStrictEqual([idsIn(told), told.flatMap(({ ended }) => ended)], [[1, 2], [1]])
    strictEqual(
      told.findIndex(({ ended }) => ended.length > 0),
      40
    )
  })

  test(`E3 ${name}: keepMs passes while nothing changes in the picture, too`, () => {
    const tracker = make(name, { keepMs: 30_000 })
    watch(tracker, 4000, ms => (ms < 1000 ? [{ box: at(left), looks: 1 }] : []))
    for (let ms = 4000; ms < 60_000; ms += 100) tracker.hold(ms)
    tracker.update(60_000, detections())
    deepStrictEqual(tracker.ended, [1])
  })

  test(`E3 ${name}: who may come back leaves room for who is there, the longest lost first`, () => {
    const tracker = make(name, { keepMs: 600_000, maxDistance: 0 })
    const looks = (nth: number) => Float32Array.of(Math.cos(nth / 1000), Math.sin(nth / 1000))
    let shown = 0
    const ended: number[] = []
    for (let index = 0, nth = 0; shown < 2050; index++) {
      const isThere = index % 60 < 35
      const people = Array.from({ length: 40 }, (_, n): Seen => [(n % 10) / 10, Math.floor(n / 10) / 4, 0.05, 0.2])
      const ids = idsOf(tracker.update(index * 100, detections(...(isThere ? people : []))))
      shown = Math.max(shown, ...ids)
      for (const look of tracker.wanted) tracker.describe(look, looks(nth++))
      ended.push(...tracker.ended)
      ok(index < 6000, `only ${shown} tracks`)
    }
    deepStrictEqual([ended.length >= 50, Math.min(...ended)], [true, 1])
  })

  test(`E4 ${name}: two who come back at once are each who they were, wherever they stand`, () => {
    const told = watch(make(name, {}), 8000, ms => {
      if (ms >= 1000 && ms < 4500) return []
      const looks = ms < 1000 ? [1, 2] : [2, 1]
      return [
        { box: at(left), looks: looks[0]! },
        { box: at(right), looks: looks[1]! }
      ]
    })
    deepStrictEqual(told[5]!.ids, [1, 2])
    deepStrictEqual(idsIn(told), [1, 2])
    const last = told.at(-1)!
    deepStrictEqual(last.ids.toSorted(), [1, 2])
  })

  test(`E5 ${name}: somebody who stays is looked at once a second at most, five times in all`, () => {
    const told = watch(make(name, {}), 60_000, () => [{ box: at(left), looks: 1 }])
    const wanted = told.flatMap(({ wanted }, index) => (wanted > 0 ? [index] : []))
    strictEqual(wanted.length, 5)
    for (const [nth, index] of wanted.entries()) ok(nth === 0 || index - wanted[nth - 1]! >= 10, `at ${wanted}`)
  })

  test(`E5 ${name}: who was missed for a moment is looked at again, known as they are`, () => {
    const isMissed = (ms: number) => ms >= 20_000 && ms < 20_500
    const told = watch(make(name, {}), 30_000, ms => (isMissed(ms) ? [] : [{ box: at(left), looks: 1 }]))
    deepStrictEqual(
      told.flatMap(({ wanted }, index) => (wanted > 0 && index > 100 ? [index] : [])),
      [205]
    )
  })

  test(`E5 ${name}: who is missed again and again is looked at once a second all the same`, () => {
    const told = watch(make(name, {}), 30_000, ms => (ms % 400 === 300 ? [] : [{ box: at(left), looks: 1 }]))
    const wanted = told.flatMap(({ wanted }, index) => (wanted > 0 ? [index] : []))
    ok(wanted.length >= 20, `at ${wanted}`)
    for (const [nth, index] of wanted.entries()) ok(nth === 0 || index - wanted[nth - 1]! >= 10, `at ${wanted}`)
  })

  test(`E5 ${name}: a crowd that comes at once is looked at four at a time`, () => {
    const crowd = Array.from(
      { length: 12 },
      (_, n): Person => ({ box: [0.02 + n * 0.08, 0.3, 0.05, 0.4], looks: n % 6 })
    )
    const told = watch(make(name, {}), 1000, () => crowd)
    strictEqual(Math.max(...told.map(({ wanted }) => wanted)), 4)
    strictEqual(
      told.reduce((sum, { wanted }) => sum + wanted, 0),
      12
    )
  })

  test(`E6 ${name}: an embedding of NaN, of no length or of another size is refused, and what is known stays`, () => {
    const tracker = make(name, {})
    tracker.update(0, detections(at(left)))
    const look = tracker.wanted[0]!
    tracker.describe(look, vectorOf(1, 0))
    for (const vector of [new Float32Array(8).fill(Number.NaN), new Float32Array(8), new Float32Array(9).fill(1)]) {
      throws(() => tracker.describe(look, vector), { code: 'SL_EMBEDDING_INVALID' })
    }
    const told = watch(tracker, 8000, returning(1))
    deepStrictEqual(idsIn(told), [1])
  })

  test(`E7 ${name}: a cut and a gap end those who might be known again, too`, () => {
    for (const isCut of [true, false]) {
      const tracker = make(name, { keepMs: 60_000 })
      watch(tracker, 5000, returning(1, 10_000))
      tracker.update(isCut ? 5000 : 60_000, detections(), { isCut })
      deepStrictEqual([...tracker.ended], [1])
    }
  })
}

for (const name of ['sort', 'oc-sort']) {
  test(`E8 ${name} with reid is refused: it would do nothing`, () => {
    throws(() => make(name, {}), { code: 'SL_OPTION_INVALID', message: new RegExp(name) })
  })
}

for (const [option, value] of Object.entries({ maxDistance: 3, keepMs: 0 })) {
  test(`E8 reid.${option} of ${value} is refused by name and value`, () => {
    throws(() => make('sightline', { [option]: value }), {
      code: 'SL_OPTION_INVALID',
      message: new RegExp(`reid.${option} is ${value}`)
    })
  })
}

for (const name of names) {
  test(`E9 ${name}: what a track looks like is known while it is there and when it ends, and not after`, () => {
    const tracker = make(name, { keepMs: 3000 })
    watch(tracker, 900, returning(1))
    ok(tracker.lookOf(1)![1]! > 0.99)
    for (let ms = 900; tracker.ended.length === 0 && ms < 20_000; ms += 100) tracker.update(ms, detections())
    deepStrictEqual(tracker.ended, [1])
    ok(tracker.lookOf(1)![1]! > 0.99)
    tracker.update(30_000, detections())
    strictEqual(tracker.lookOf(1), undefined)
  })

  test(`E9 ${name}: of who was known again it is what they looked like in all`, () => {
    const tracker = make(name, { maxDistance: 1.5 })
    deepStrictEqual(idsIn(watch(tracker, 8000, returning(2))), [1])
    const look = tracker.lookOf(1)!
    ok(look[1]! > 0.1 && look[2]! > 0.1)
    strictEqual(Math.hypot(...look).toFixed(3), '1.000')
  })

  test(`E9 ${name}: who was never looked at looks like nothing`, () => {
    const tracker = make(name)
    watch(tracker, 900, returning(1))
    strictEqual(tracker.lookOf(1), undefined)
    strictEqual(make(name, {}).lookOf(1), undefined)
  })
}
