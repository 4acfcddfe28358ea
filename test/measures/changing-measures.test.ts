import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Event } from '../../src/contract/event.ts'
import type { TrajectoryRecord } from '../../src/contract/record.ts'
import { ChangingMeasures } from '../../src/measures/changing-measures.ts'
import { DefinedMeasures, type MeasureDefinitions } from '../../src/measures/defined-measures.ts'
import { MeasureSet } from '../../src/measures/measure-set.ts'
import type { TrackFrame } from '../../src/measures/track-frame.ts'
import { SeededRandom } from '../../src/simulator/random.ts'
import { ChunkMaker } from '../../src/trajectories/chunk-maker.ts'
import { RecentChunks } from '../../src/trajectories/recent-chunks.ts'
import { header } from '../trajectories/stored.ts'
import { context, type Foot, frameOf, labels, walk } from './walk.ts'

// Rules X1…X6 of docs/spec/measures.md.

const across = (x: number): [number, number][] => [
  [x, 0],
  [x, 1]
]
const block = (left: number, right: number): [number, number][] => [
  [left, 0],
  [right, 0],
  [right, 1],
  [left, 1]
]
const first: MeasureDefinitions = {
  lines: { gate: { points: across(0.5) } },
  zones: { hall: { points: block(0.2, 0.6), dwellMs: [1000] } }
}
const second: MeasureDefinitions = {
  lines: { gate: { points: across(0.5) }, side: { points: across(0.3), minTravel: 0.1, classes: ['person', 'car'] } },
  zones: { hall: { points: block(0.3, 0.7), dwellMs: [1000, 3000] } },
  stops: { slow: { afterMs: 1000, radius: 1 } },
  directions: { oneway: { arrow: [[0, 0.5] as [number, number], [1, 0.5] as [number, number]] } },
  meetings: { talk: {} }
}

/** An epoch as a stream has it: chunks are made of its frames, and the latest are held. */
class Epoch {
  readonly said: Event[] = []
  readonly #measures: ChangingMeasures
  readonly #recent: RecentChunks
  readonly #chunks: ChunkMaker

  constructor(definitions: MeasureDefinitions, mostBytes?: number) {
    const defined = new DefinedMeasures(definitions, context)
    this.#measures = new ChangingMeasures({ aspect: context.aspect, defined, before: [], behind: [] })
    const facts = { ...header, fps: null, labels: [...labels] }
    this.#recent = new RecentChunks(facts, mostBytes)
    const limits = { points: 4096, spanMs: 2000, fewestPoints: 0 }
    const add = (chunk: TrajectoryRecord) => this.#recent.add(chunk, this.#measures.neededMs)
    this.#chunks = new ChunkMaker({ header: facts, baseMs: 0, limits }, add)
  }

  feed(frames: readonly TrackFrame[]): void {
    for (const frame of frames) {
      this.said.push(...this.#measures.process(frame))
      this.#chunks.add(frame)
    }
  }

  /** What the change itself tells; undefined where it cannot be had. */
  change(definitions: MeasureDefinitions): readonly Event[] | undefined {
    this.#chunks.flush()
    const told = this.#measures.change(new DefinedMeasures(definitions, context), this.#recent)
    this.said.push(...(told ?? []))
    return told
  }

  end(): void {
    this.said.push(...this.#measures.flush())
  }
}

/** What measures say that were there from the first frame on. */
function fromTheFirst(definitions: MeasureDefinitions, frames: readonly TrackFrame[]): Event[] {
  const set = new MeasureSet(context.aspect, new DefinedMeasures(definitions, context).stages)
  return [...frames.flatMap(frame => set.process(frame)), ...set.flush()]
}

/** People who wander, stand, are lost and found again under another id, and go. A share of the frames shows nothing new. */
function crowd(seed: number, frames: number): TrackFrame[] {
  const random = new SeededRandom(seed)
  const quantised = (value: number) => Math.round(value * 4096) / 4096
  let nextId = 1
  const begin = () => ({
    ...{ id: nextId++, x: random.between(0.1, 0.9), y: random.between(0.4, 1), hiddenFor: 0 },
    ...{ step: random.between(-0.02, 0.02), left: Math.floor(random.between(20, 120)), lost: [] as [number, number][] }
  })
  const people = Array.from({ length: 5 }, begin)
  return Array.from({ length: frames }, (_, index) => {
    const ended: number[] = []
    const isGated = random.unit() < 0.1
    const feet = people.flatMap((person, at): Foot[] => {
      person.lost = person.lost.filter(([id, endsAt]) => endsAt > index || ended.push(id) === 0)
      if (!isGated) {
        person.x += person.step
        if (person.x < 0.05 || person.x > 0.95) person.step *= -1
        if (random.unit() < 0.02) {
          person.lost.push([person.id, index + 8])
          person.id = nextId++
          person.hiddenFor = 3
        }
        if (person.left-- === 0) {
          ended.push(person.id, ...person.lost.map(([id]) => id))
          people[at] = begin()
          return []
        }
      }
      if (person.hiddenFor-- > 0) return []
      return [{ id: person.id, x: quantised(person.x) + 0.05, y: quantised(person.y), height: 0.25 }]
    })
    const frame = frameOf(index, feet, { ended, outcome: isGated ? 'gated' : 'analysed' })
    const { boxes, count, scores } = frame.rows
    for (let number = 0; number < count * 4; number++) boxes[number] = quantised(boxes[number]!)
    scores.fill(quantised(0.9))
    return frame
  })
}

const inOrder = (events: readonly Event[]) =>
  events.toSorted((one, other) => one.ptsMs - other.ptsMs || (one.id < other.id ? -1 : 1))
const isOf = (measure: string) => (event: Event) => event.id.includes(`/${measure}.`)

test('X1 what begins in mid-epoch says from then on what it would have said from the first frame on', () => {
  let crossings = 0
  for (let seed = 1; seed <= 30; seed++) {
    const frames = crowd(seed, 400)
    const at = 100 + seed * 8
    const epoch = new Epoch(first)
    epoch.feed(frames.slice(0, at))
    const told = epoch.change(second)
    ok(told, `seed ${seed}`)
    const before = epoch.said.length
    epoch.feed(frames.slice(at))
    epoch.end()
    const expected = fromTheFirst(second, frames).filter(({ frame }) => frame >= at)
    deepStrictEqual(inOrder(epoch.said.slice(before)), inOrder(expected), `seed ${seed}`)
    crossings += expected.filter(isOf('line')).length
  }
  ok(crossings > 100, `${crossings}`)
})

test('X2 what is not changed notices nothing: its numbers go on', () => {
  const frames = crowd(3, 300)
  const epoch = new Epoch(first)
  epoch.feed(frames.slice(0, 150))
  epoch.change(second)
  epoch.feed(frames.slice(150))
  const gate = (events: readonly Event[]) => events.filter(({ id }) => id.includes('/line.gate@'))
  deepStrictEqual(gate(epoch.said), gate(fromTheFirst(first, frames)))
})

test('X3 who is in a zone that begins is told as it would have been told then, and what is over is not', () => {
  const stay = Array.from({ length: 40 }, (_, frame) =>
    frameOf(frame, [{ id: 1, x: 0.4, y: 0.5 }, ...(frame < 15 ? [{ id: 2, x: 0.45, y: 0.5 }] : [])], {
      ended: frame === 20 ? [2] : []
    })
  )
  const epoch = new Epoch({})
  epoch.feed(stay)
  const told = epoch.change({ zones: first.zones! })!
  deepStrictEqual(
    told.map(event => [event.kind, 'trackId' in event && event.trackId, event.ptsMs]),
    [
      ['zone-entered', 1, 0],
      ['dwell-exceeded', 1, 1000]
    ]
  )
  const expected = fromTheFirst({ zones: first.zones! }, stay)
  ok(told.every(event => expected.some(({ id }) => id === event.id)))
})

test('X4 what ends says so at the last frame, and has no second life in the same epoch', () => {
  const [there, after] = [walk(Array(20).fill([0.4, 0.5])), walk(Array(30).fill([0.4, 0.5])).slice(20)]
  const epoch = new Epoch(first)
  epoch.feed(there)
  deepStrictEqual(
    epoch.change({})!.map(({ kind, frame }) => [kind, frame]),
    [['zone-left', 19]]
  )
  const said = epoch.said.length
  epoch.feed(after)
  equal(epoch.said.length, said)
  equal(epoch.change(first), undefined)
  // A line has nothing to say when it ends: it may come back.
  deepStrictEqual(epoch.change({ lines: first.lines! }), [])
})

test('X5 where a track is there for longer than what is held, nothing is changed', () => {
  const long = walk(Array.from({ length: 3000 }, (_, at) => [0.2 + (at % 600) / 1000, 0.5]))
  const epoch = new Epoch({ lines: first.lines! }, 500)
  epoch.feed(long)
  equal(epoch.change(second), undefined)
  const [before] = [epoch.said.length]
  epoch.feed([frameOf(3000, [{ x: 0.2, y: 0.5 }])])
  deepStrictEqual(
    epoch.said.slice(before).map(({ kind }) => kind),
    ['line-crossed']
  )
})

for (const [rule, x, neededMs] of [
  ['from before the one that a track goes on from', 0.5, -5000],
  ['else from before its own begin: it might have been another’s', 0.9, 5300]
] as const) {
  test(`X5 frames are needed ${rule}`, () => {
    const measures = new ChangingMeasures({
      ...{ aspect: context.aspect, before: [], behind: [] },
      defined: new DefinedMeasures({}, context)
    })
    // One is lost at 10 s and given up at 11; another is there from 10.3 s on, and the first is forgotten.
    for (let at = 0; at < 200; at++) {
      const feet = at < 100 ? [{ id: 1, x: 0.5, y: 0.5 }] : at < 103 ? [] : [{ id: 2, x, y: 0.5 }]
      measures.process(frameOf(at, feet, { ended: at === 110 ? [1] : [] }))
    }
    equal(measures.neededMs, neededMs)
  })
}

for (const [what, definitions] of [
  ['a crowd', { zones: { hall: { points: block(0.2, 0.6), crowd: { size: 2 } } } }],
  ['a left object', { objects: { bag: {} } }],
  [
    'a line that takes ids for one object that lie far apart',
    { lines: { gate: { points: across(0.5), handOver: { reach: 2 } } } }
  ]
] as const) {
  test(`X6 ${what} begins in an epoch only while all of that is held`, () => {
    const frames = crowd(5, 900)
    const epoch = new Epoch({})
    epoch.feed(frames.slice(0, 10))
    ok(epoch.change(definitions))
    const late = new Epoch({})
    late.feed(frames)
    equal(late.change(definitions), undefined)
  })
}
