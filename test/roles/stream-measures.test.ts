import { deepStrictEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { definitionsOf } from '../../src/config/measure-settings.ts'
import { isChangeWithin, type StreamSettings } from '../../src/config/stream-settings.ts'
import type { Event } from '../../src/contract/event.ts'
import type { StateMessage, TracksMessage } from '../../src/contract/live.ts'
import { Schedule } from '../../src/measures/schedule.ts'
import { differInMetres, measuresOf } from '../../src/roles/streams/stream-measures.ts'
import { eventOf } from '../../src/store/log-sink-rows.ts'
import { TrajectoryStore } from '../../src/store/trajectories/trajectory-store.ts'
import { LiveHouse } from '../support/live-house.ts'
import { realClip } from '../support/material.ts'

const clip = realClip('mot/MOT15/TUD-Stadtmitte/TUD-Stadtmitte.mp4')
const timeout = 180_000
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
const before = {
  lines: { middle: across(0.5) },
  zones: { hall: { points: block(0.2, 0.5) } }
}
const after = {
  lines: { middle: across(0.5), left: across(0.3), right: across(0.7) },
  zones: { hall: { points: block(0.4, 0.9), dwellMs: [1000] } }
}

test('SM1 lines and zones are drawn anew in mid-epoch: tracks go on, and the past says what was said live', {
  skip: clip.skip,
  timeout
}, async () => {
  await using house = await LiveHouse.open()
  const told: StateMessage[] = []
  const seen: TracksMessage[] = []
  const state = house.live.hub.state.bind(house.live.hub)
  house.live.hub.state = message => {
    told.push(message)
    state(message)
  }
  house.live.hub.tracks = (_, text) => void seen.push(JSON.parse(String(text)))
  const frames = (count: number) =>
    house.eventually(`${count} frames`, () => (seen.length >= count ? seen.length : undefined), 30_000)
  const hall = (more: Partial<StreamSettings>) => house.set({ hall: { source: clip.path, model: 'motion', ...more } })

  await hall(before)
  const { epoch, sinceMs } = await house.until('hall', ({ state }) => state === 'up')
  house.live.streams.watchTracks('hall', true)
  await frames(45)
  told.length = 0
  await hall(after)
  await house.until('hall', ({ lines }) => lines?.left !== undefined)
  const changed = await frames(seen.length)
  await frames(changed + 60)
  const ids = (of: readonly TracksMessage[]) => new Set(of.flatMap(({ tracks }) => tracks.map(([id]) => id)))
  deepStrictEqual([...new Set(told.map(each => `${each.state} ${each.epoch}`))], [`up ${epoch}`])
  ok(told.every(each => each.sinceMs === sinceMs))
  ok(ids(seen.slice(changed - 5, changed)).intersection(ids(seen.slice(changed))).size > 0, 'a track went on')

  await house.set({})
  const { baseMs = 0 } = told[0]!
  const rows = await house.eventually('the end', async () => {
    const all = await house.storage.database.sql.selectFrom('events').selectAll().orderBy('n').execute()
    return all.at(-1)?.kind === 'stream-down' ? all : undefined
  })
  const said = rows.map(eventOf)
  equal(new Set(said.map(({ id }) => id)).size, said.length)
  await using store = new TrajectoryStore(house.storage.database)
  const asked = async ({ lines, zones }: Pick<StreamSettings, 'lines' | 'zones'>) => {
    const definitions = { lines: definitionsOf(lines), zones: definitionsOf(zones) }
    const past = await Array.fromAsync(
      store.past({ stream: 'hall', fromMs: baseMs, toMs: baseMs + 1e8, definitions: definitions as never })
    )
    return past.map(({ event }) => event)
  }
  const of = (events: readonly Event[], measure: string) => events.filter(({ id }) => id.includes(`/${measure}@`))
  const [then, now] = [await asked(before), await asked(after)]
  // Nothing that is not changed notices anything, however often others are.
  deepStrictEqual(of(said, 'line.middle'), of(now, 'line.middle'))
  const fromFrame = seen[changed]!.frame
  const late = (events: readonly Event[]) => events.filter(({ frame }) => frame >= fromFrame)
  for (const measure of ['line.left', 'line.right', 'zone.hall'])
    deepStrictEqual(late(of(said, measure)), late(of(now, measure)), measure)
  ok(late(of(said, 'line.left')).length + late(of(said, 'zone.hall')).length > 0)
  // What was told of those under way is what the past has of them; what was replaced said what it says, up to its own end.
  const known = new Set([...then, ...now].map(({ id, ptsMs }) => `${id} ${ptsMs}`))
  const others = of(said, 'zone.hall').filter(({ id, ptsMs }) => !known.has(`${id} ${ptsMs}`))
  deepStrictEqual(
    others.filter(({ kind, frame }) => kind !== 'zone-left' || frame >= fromFrame),
    []
  )
})

const reid = { model: 'osnet', scope: 'site' } as const
const stream: StreamSettings = { source: 'demo:', lines: { gate: across(0.5) }, maxFps: 5, reid }

for (const [rule, change, isWithin] of [
  ['another line', { lines: { gate: across(0.6) } }, true],
  ['no line, a mask and a title', { lines: undefined, masks: [block(0, 0.1)], title: 'Hall' }, true],
  ['another model beside another line', { model: 'yolox-nano', lines: {} }, true],
  ['how its site knows its tracks again', { reid: { ...reid, site: { keepMs: 60_000 } } }, true],
  ['that they are its own affair', { reid: { model: 'osnet' } }, true],
  ['by what it knows them again', { reid: { ...reid, maxDistance: 0.3 } }, false],
  ['that it knows nobody again', { reid: undefined }, false],
  ['another tracker', { tracker: 'byte' }, false],
  ['another rate', { maxFps: 10 }, false]
] as const)
  test(`SM2 ${rule} is ${isWithin ? 'taken over by what runs' : 'a beginning'}`, () => {
    equal(isChangeWithin(stream, { ...stream, ...(change as Partial<StreamSettings>) }), isWithin)
  })

test('SM3 metres that are others count only where something is measured in them', () => {
  const calibrated = (x: number): StreamSettings => {
    return { ...stream, calibration: { points: [{ image: [x, 0], world: [0, 0] }] } }
  }
  const [one, other] = [calibrated(0), calibrated(1)]
  equal(differInMetres(one, other), false)
  const near = { meetings: { talk: { withinMetres: 1 } } }
  equal(differInMetres({ ...one, ...near }, { ...other, ...near }), true)
  equal(differInMetres({ ...one, ...near }, { ...one, ...near }), false)
})

for (const [rule, zone, at, isOpen] of [
  ['open by summer time in an epoch that began before it', 'Europe/Berlin', '2026-03-30T22:30+02:00', true],
  ['and closed by it', 'Europe/Berlin', '2026-03-31T06:30+02:00', false],
  ['open by winter time as far back as the epoch goes', 'Europe/Berlin', '2026-03-27T22:00+01:00', true],
  ['and closed by it', 'Europe/Berlin', '2026-03-28T06:00+01:00', false],
  ['open where clocks are changed by half an hour', 'Australia/Lord_Howe', '2026-04-06T22:00+10:30', true],
  ['and closed there', 'Australia/Lord_Howe', '2026-04-06T21:59+10:30', false]
] as const)
  test(`SM4 hours are those of the clock on the wall: ${rule}`, () => {
    using _ = inZone(zone)
    const baseMs = Date.parse('2026-03-27T08:00+01:00')
    const { wallTime } = measuresOf({ source: 'demo:' }, { stream: 'door', epoch: 1, aspect: 16 / 9, baseMs })
    const schedule = new Schedule('zone yard', [{ from: '22:00', to: '06:00' }], wallTime)
    equal(schedule.isOpen(0), false)
    equal(schedule.isOpen(Date.parse(at) - baseMs), isOpen)
  })

/** The clock of this process goes by another time zone until it is disposed. */
function inZone(zone: string): Disposable {
  const before = process.env.TZ
  process.env.TZ = zone
  return {
    [Symbol.dispose]: () => {
      if (before === undefined) delete process.env.TZ
      else process.env.TZ = before
    }
  }
}
