import { deepStrictEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { join } from 'node:path'
import { before, test } from 'node:test'
import type { SightlineError } from '../../src/core/errors.ts'
import type { RelayedUnit } from '../../src/live/stream-feed.ts'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import { LiveHouse } from '../support/live-house.ts'
import { type ClipOptions, makeClip } from '../support/make-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const timeout = 180_000
let folder: AsyncDisposable & { readonly path: string }
before(async () => {
  folder = await temporaryFolder()
})

async function clip(name: string, options: ClipOptions): Promise<string> {
  const path = join(folder.path, name)
  await makeClip(path, { width: 320, height: 240, frames: 50, fps: 25, gop: 10, ...options })
  return path
}

async function upWith(house: LiveHouse, sources: Readonly<Record<string, string>>) {
  house.set(
    Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, { source, model: 'motion' as const }]))
  )
  return Promise.all(Object.keys(sources).map(name => house.until(name, ({ state }) => state === 'up')))
}

for (const [rule, file, options, reason] of [
  ['TS1 H.265', 'hevc.mp4', { codec: 'h265' }, /H\.265/],
  ['TS2 H.264 with B-frames', 'bframes.mp4', { bFrames: 2 }, /B-frames/],
  ['TS3 a recording of a phone that was held upright', 'side.mp4', { rotation: 90 }, /on their side/]
] as const) {
  test(`${rule} reaches viewers as H.264 that they play, and the stream says why`, { timeout }, async () => {
    await using house = await LiveHouse.open()
    const [state] = await upWith(house, { door: await clip(file, options) })
    match(state!.transcoded ?? 'nothing is said', reason)
    const leaving = new AbortController()
    const units: RelayedUnit[] = []
    for await (const unit of house.live.streams.units('door', { playable: true }, leaving.signal))
      if (units.push(unit) === 12) leaving.abort()
    equal(units[0]!.format!.codec, 'h264')
    await using decoder = new LiveDecoder(units[0]!.format!)
    const sizes: string[] = []
    for (const unit of units)
      for (const { frame } of await decoder.decode({ ...unit, format: undefined, sourceMs: 0, arrivedMs: 0 })) {
        sizes.push(`${frame.width}x${frame.height}`)
        frame[Symbol.dispose]()
      }
    // Each picture with its own unit: nothing is shown in another order than it comes. What waited when we left is handed out, too.
    ok(units.length >= 12)
    deepStrictEqual(sizes, Array(units.length).fill(`${state!.width}x${state!.height}`))
  })
}

test('TS4 H.264 as browsers play it goes out as it came, and nothing is said', { timeout }, async () => {
  await using house = await LiveHouse.open()
  const [state] = await upWith(house, { door: await clip('plain.mp4', {}) })
  equal(state!.transcoded, undefined)
})

test('TS5 no more than four streams are encoded anew at once: the next viewer is told, and may come when another has left', {
  timeout
}, async () => {
  await using house = await LiveHouse.open()
  const source = await clip('capped.mp4', { codec: 'h265' })
  const names = ['a', 'b', 'c', 'd', 'e']
  const states = await upWith(house, Object.fromEntries(names.map(name => [name, source])))
  ok(states.every(({ transcoded }) => transcoded))
  const viewers = names.map(name => {
    const leaving = new AbortController()
    return { leaving, units: house.live.streams.units(name, { playable: true }, leaving.signal) }
  })
  for (const { units } of viewers.slice(0, 4)) ok(!(await units.next()).done)
  await rejects(viewers[4]!.units.next(), { code: 'SL_VIEW_LIMIT', retryable: true })
  // Who watches what is encoded already costs nothing more.
  const second = new AbortController()
  const shared = house.live.streams.units('a', { playable: true }, second.signal)
  ok(!(await shared.next()).done)
  second.abort()
  await shared.return(undefined)

  viewers[3]!.leaving.abort()
  await viewers[3]!.units.return(undefined)
  const leaving = new AbortController()
  const late = house.live.streams.units('e', { playable: true }, leaving.signal)
  ok(!(await late.next()).done)
  for (const each of [...viewers.map(viewer => viewer.leaving), leaving]) each.abort()
})

/** Watches them all at once, until each has either shown something for a while or refused: which did what. */
async function watchAll(house: LiveHouse, names: readonly string[]) {
  const leaving = new AbortController()
  const shown = new Set<string>()
  const refused = new Map<string, string>()
  const watching = names.map(async name => {
    let units = 0
    try {
      // Viewers stay: a place is free for others when one has left.
      for await (const _ of house.live.streams.units(name, { playable: true }, leaving.signal))
        if (++units === 20) shown.add(name)
    } catch (error) {
      refused.set(name, (error as SightlineError).code)
    }
  })
  await house.eventually('each to show or to refuse', () => shown.size + refused.size >= names.length || undefined)
  leaving.abort()
  await Promise.all(watching)
  return { shown, refused }
}

const six = ['a', 'b', 'c', 'd', 'e', 'f']

test('TS6 viewers who came before streams were up are told when those come as one too many to be encoded anew', {
  timeout
}, async () => {
  await using house = await LiveHouse.open()
  const source = await clip('late.mp4', { codec: 'h265' })
  const came = new Set<string>()
  const tell = house.live.hub.state.bind(house.live.hub)
  house.live.hub.state = message => {
    if (message.state === 'up') came.add(message.stream)
    tell(message)
  }
  await house.set(Object.fromEntries(six.map(name => [name, { source, model: 'motion' as const }])))
  const { shown, refused } = await watchAll(house, six)
  const inOrder = [...came]
  deepStrictEqual(shown, new Set(inOrder.slice(0, 4)))
  deepStrictEqual(refused, new Map(inOrder.slice(4).map(name => [name, 'SL_VIEW_LIMIT'])))
})

test('TS7 so are those of a camera that sends its viewers what nobody has seen before, beside what is detected on', {
  timeout
}, async () => {
  await using house = await LiveHouse.open()
  const settings = {
    source: await clip('large.mp4', { codec: 'h265' }),
    detectSource: await clip('small.mp4', {}),
    model: 'motion' as const
  }
  await house.set(Object.fromEntries(six.map(name => [name, settings])))
  for (const name of six) await house.until(name, ({ state }) => state === 'up')
  const { shown, refused } = await watchAll(house, six)
  deepStrictEqual([shown.size, [...refused.values()]], [4, ['SL_VIEW_LIMIT', 'SL_VIEW_LIMIT']])
})
