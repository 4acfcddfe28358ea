import { deepStrictEqual, equal, match, ok, rejects, throws } from 'node:assert/strict'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { createCanvas, loadImage } from '@napi-rs/canvas'
import type { StreamSettings } from '../../src/config/stream-settings.ts'
import type { StateMessage, TracksMessage } from '../../src/contract/live.ts'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import { Tracks } from '../../src/store/tracks.ts'
import { comesToRest } from '../support/comes-to-rest.ts'
import { LiveHouse } from '../support/live-house.ts'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { unitsOfClip } from '../support/units-of-clip.ts'

const timeout = 180_000
let clip: string
let folder: AsyncDisposable & { readonly path: string }

before(async () => {
  folder = await temporaryFolder()
  clip = join(folder.path, 'square.mp4')
  await makeClip(clip, { width: 320, height: 240, frames: 100, fps: 20, gop: 20, paint: movingSquare })
})

const square = (more: Partial<StreamSettings> = {}): StreamSettings => ({ source: clip, model: 'motion', ...more })
const isUp = ({ state }: { state: string }) => state === 'up'

test('S1 a stream comes up, is told of, and its events are stored', { timeout }, async () => {
  await using house = await LiveHouse.open()
  house.set({
    door: square({
      lines: {
        middle: [
          [0.5, 0],
          [0.5, 1]
        ]
      }
    })
  })
  const state = await house.until('door', isUp)
  deepStrictEqual([state.width, state.height, state.codec, state.epoch], [320, 240, 'h264', 1])
  await house.eventually('a crossing', async () => (await house.events('door', ['line-crossed']))[0])
  const [up] = await house.events('door', ['stream-up'])
  match(up!.detail, /"reason":"started"/)
})

test('S2 tracks are told while somebody wants them, and not otherwise', { timeout }, async () => {
  await using house = await LiveHouse.open()
  const told: number[] = []
  const tracks = house.live.hub.tracks.bind(house.live.hub)
  house.live.hub.tracks = (stream, text) => {
    told.push(JSON.parse(String(text)).tracks.length)
    tracks(stream, text)
  }
  house.set({ door: square() })
  await house.until('door', isUp)
  await new Promise(resolve => setTimeout(resolve, 1000))
  equal(told.length, 0)
  house.live.streams.watchTracks('door', true)
  await house.eventually('a box', () => told.find(count => count > 0))
  house.live.streams.watchTracks('door', false)
  await comesToRest('tracks that nobody wants', () => told.length)
})

test('S2b who wants tracks before the stream is there gets them, too', { timeout }, async () => {
  await using house = await LiveHouse.open()
  let told = 0
  house.live.hub.tracks = () => void told++
  house.set({ door: square() })
  house.live.streams.watchTracks('door', true)
  await house.eventually('tracks', () => (told > 0 ? true : undefined))
})

test('S3 a worker that is killed costs its streams a restart; their tracks end, and ids are not used again', {
  timeout: 600_000
}, async () => {
  // A machine that is busy takes long now and then; a product that is slow does so each time.
  const tookMs: number[] = []
  while (tookMs.length < 3 && !tookMs.some(ms => ms < 5000)) tookMs.push(await killed())
  ok(tookMs.at(-1)! < 5000, `back after ${tookMs} ms more than a start takes`)
})

/** What S3 says of one stream whose worker is killed, and how much longer it takes to come back than it took to come. */
async function killed(): Promise<number> {
  await using house = await LiveHouse.open()
  const states: StateMessage[] = []
  const state = house.live.hub.state.bind(house.live.hub)
  house.live.hub.state = message => {
    states.push(message)
    state(message)
  }
  const setMs = performance.now()
  house.set({ door: square() })
  const { epoch } = await house.until('door', isUp)
  const startMs = performance.now() - setMs
  await house.eventually('a track', async () => (await house.events('door', ['track-started']))[0])
  const atMs = performance.now()
  process.kill(house.live.streams.workers[0]!.pid!, 'SIGKILL')
  await house.until('door', state => isUp(state) && state.epoch! > epoch!)
  const tookMs = performance.now() - atMs - startMs
  const down = states.slice(states.findIndex(isUp)).find(({ state }) => state !== 'up')
  deepStrictEqual([down!.state, down!.code], ['waiting', 'SL_WORKER_CRASHED'])
  const told = await house.eventually('the end of the first life', async () => {
    const all = await house.events('door', ['track-started', 'track-ended', 'stream-down'])
    return all.some(({ kind }) => kind === 'stream-down') ? all : undefined
  })
  const ended = told.filter(({ kind, epoch: of }) => kind === 'track-ended' && of === epoch)
  equal(ended.length, told.filter(({ kind, epoch: of }) => kind === 'track-started' && of === epoch).length)
  match(ended.at(-1)!.detail, /"reason":"restart"/)
  match(told.find(({ kind }) => kind === 'stream-down')!.detail, /SL_WORKER_CRASHED/)
  // A track that was under way has a row as one that ended in order has.
  const { items } = await new Tracks(house.storage.database).page({ streams: ['door'], epoch })
  equal(items.length, ended.length)
  for (const { detections, startedMs, endedMs, bounds } of items)
    ok(detections >= 1 && endedMs >= startedMs && bounds.w > 0)
  return tookMs
}

test('S4 streams come, change, pause and go without others noticing', { timeout }, async () => {
  await using house = await LiveHouse.open()
  house.set({ calm: square() })
  const { epoch } = await house.until('calm', isUp)
  house.set({ calm: square(), door: square() })
  const first = await house.until('door', isUp)
  house.set({ calm: square(), door: square({ maxFps: 5 }) })
  const second = await house.until('door', state => isUp(state) && state.epoch !== first.epoch)
  ok(second.epoch! > first.epoch!)
  house.set({ calm: square(), door: square({ paused: true }) })
  await house.until('door', ({ state }) => state === 'paused')
  house.set({ calm: square() })
  equal(house.live.streams.state('door'), undefined)
  const downs = await house.eventually('both ends', async () => {
    const all = await house.events('door', ['stream-down'])
    return all.length === 2 ? all : undefined
  })
  ok(downs.every(({ detail }) => /SL_CANCELLED/.test(detail)))
  equal(house.live.streams.state('calm')?.epoch, epoch)
})

test('S5 a viewer gets pictures from a key frame on, with the times of their boxes', { timeout }, async () => {
  await using house = await LiveHouse.open()
  house.set({ door: square() })
  await house.until('door', isUp)
  const leaving = new AbortController()
  let decoder: LiveDecoder | undefined
  let pictures = 0
  const times: number[] = []
  for await (const unit of house.live.streams.units('door', { playable: true }, leaving.signal)) {
    if (!decoder) {
      ok(unit.isKey)
      deepStrictEqual([unit.format?.codec, unit.format?.width, unit.format?.height], ['h264', 320, 240])
      decoder = new LiveDecoder(unit.format!)
    }
    times.push(unit.ptsMs)
    for (const { frame } of await decoder.decode({ ...unit, format: undefined, sourceMs: unit.ptsMs, arrivedMs: 0 })) {
      frame[Symbol.dispose]()
      pictures++
    }
    if (pictures >= 10) leaving.abort()
  }
  await decoder?.[Symbol.asyncDispose]()
  ok(times.every((ms, index) => index === 0 || ms > times[index - 1]!))
  deepStrictEqual(new Set(times.map(ms => Math.round(ms) % 50)), new Set([0]))
})

test('S6 a picture is there for the asking, with boxes or without', { timeout }, async () => {
  await using house = await LiveHouse.open()
  house.set({ door: square() })
  await house.until('door', isUp)
  const { signal } = new AbortController()
  for (const boxes of [false, true]) {
    const { jpeg, width, height } = await house.live.streams.picture(
      'door',
      { boxes, maxWidth: 160, maxFps: 1 },
      signal
    )
    deepStrictEqual([width, height, jpeg.readUInt16BE(0)], [160, 120, 0xffd8])
  }
  // The clip has no colours of its own.
  const coloured = async (boxes: boolean) => {
    const { jpeg } = await house.live.streams.picture('door', { boxes, maxFps: 1 }, signal)
    const context = createCanvas(320, 240).getContext('2d')
    context.drawImage(await loadImage(jpeg), 0, 0)
    const { data } = context.getImageData(0, 0, 320, 240)
    let count = 0
    for (let at = 0; at < data.length; at += 4) {
      const [red, green, blue] = [data[at]!, data[at + 1]!, data[at + 2]!]
      if (Math.max(red, green, blue) - Math.min(red, green, blue) > 60) count++
    }
    return count
  }
  await house.eventually('a box in the picture', async () => (await coloured(true)) || undefined)
  equal(await coloured(false), 0)
  await rejects(house.live.streams.picture('other', { boxes: false, maxFps: 1 }, signal), { code: 'SL_STREAM_UNKNOWN' })
})

test('S7 pictures that are sent in are a stream, from one sender at a time', { timeout }, async () => {
  await using house = await LiveHouse.open()
  house.set({ phone: { source: 'push:', model: 'motion' }, door: square() })
  const publisher = { description: 'a test', wantKey: () => undefined, end: () => undefined }
  throws(() => house.live.streams.open('door', publisher), { code: 'SL_PUSH_REFUSED' })
  const units = await unitsOfClip(clip)
  {
    using session = house.live.streams.open('phone', publisher)
    throws(() => house.live.streams.open('phone', publisher), { code: 'SL_PUSH_TAKEN' })
    let isEnough = false
    const sending = (async () => {
      for (let sent = 0; !isEnough; sent++) {
        const unit = units[sent % units.length]!
        const format = sent === 0 ? { codec: 'h264' as const, parameterSets: Buffer.alloc(0) } : undefined
        session.push({ ...unit, sourceMs: sent * 50, format })
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    })()
    await house.until('phone', isUp)
    await house.eventually('a track', async () => (await house.events('phone', ['track-started']))[0])
    isEnough = true
    await sending
  }
  await house.until('phone', ({ state }) => state !== 'up')
  const [down] = await house.eventually('its end', async () => {
    const all = await house.events('phone', ['stream-down'])
    return all.length > 0 ? all : undefined
  })
  match(down!.detail, /SL_INPUT_ENDED/)
})

test('S8 a source that cannot be reached is tried again, and the state says why', { timeout }, async () => {
  await using house = await LiveHouse.open()
  house.set({
    door: { source: 'rtsp://127.0.0.1:9/none', model: 'motion' },
    gone: { source: join(folder.path, 'none.mp4'), retries: 0 }
  })
  const waiting = await house.until('door', ({ state }) => state === 'waiting')
  equal(waiting.code, 'SL_INPUT_NETWORK')
  const failed = await house.until('gone', ({ state }) => state === 'failed')
  equal(failed.code, 'SL_INPUT_NOT_FOUND')
})

test('S9 in the end every track has ended, and every stream', { timeout }, async () => {
  const house = await LiveHouse.open()
  try {
    house.set({ door: square() })
    await house.until('door', isUp)
    await house.eventually('a track', async () => (await house.events('door', ['track-started']))[0])
    await house.live[Symbol.asyncDispose]()
    const told = await house.eventually('the end', async () => {
      const all = await house.events('door', ['track-started', 'track-ended', 'stream-down'])
      return all.some(({ kind }) => kind === 'stream-down') ? all : undefined
    })
    const count = (kind: string) => told.filter(event => event.kind === kind).length
    equal(count('track-ended'), count('track-started'))
  } finally {
    await house[Symbol.asyncDispose]()
  }
})

test('S10 a camera with two streams is detected on the small one and seen by the large one, by one clock', {
  timeout
}, async () => {
  const large = join(folder.path, 'large.mp4')
  await makeClip(large, { width: 640, height: 480, frames: 100, fps: 20, gop: 20, paint: movingSquare })
  await using house = await LiveHouse.open()
  let originMs: number | undefined
  house.live.hub.tracks = (_stream, text) => {
    const { ptsMs, delayMs } = JSON.parse(String(text)) as TracksMessage
    originMs = performance.now() - delayMs - ptsMs
  }
  house.set({ door: square({ source: large, detectSource: clip }) })
  const state = await house.until('door', isUp)
  deepStrictEqual([state.width, state.height], [320, 240])
  house.live.streams.watchTracks('door', true)
  const leaving = new AbortController()
  const decoders: LiveDecoder[] = []
  const sizes = new Set<string>()
  // Where pictures wait for a busy machine they come late for a while; two clocks are apart for good.
  const apartMs: number[] = []
  const isNear = (ms: number) => Math.abs(ms) < 400
  let stretch: number[] = []
  for await (const unit of house.live.streams.units('door', { playable: true }, leaving.signal)) {
    if (originMs !== undefined) stretch.push(unit.ptsMs - (performance.now() - originMs))
    if (decoders.length === 0) decoders.push(new LiveDecoder(unit.format!))
    for (const { frame } of await decoders[0]!.decode({ ...unit, format: undefined, sourceMs: 0, arrivedMs: 0 })) {
      sizes.add(`${frame.width}x${frame.height}`)
      frame[Symbol.dispose]()
    }
    if (stretch.length < 20) continue
    apartMs.push(stretch.sort((a, b) => a - b)[10]!)
    stretch = []
    if (apartMs.length === 20 || apartMs.some(isNear)) leaving.abort()
  }
  await decoders[0]![Symbol.asyncDispose]()
  deepStrictEqual([...sizes], ['640x480'])
  ok(isNear(apartMs.at(-1)!), `the streams are ${apartMs} ms apart`)
})

test('S11 when pictures were taken is told by their sender from the next epoch on, where it says so late', {
  timeout
}, async () => {
  await using house = await LiveHouse.open()
  await house.set({ phone: { source: 'push:', model: 'motion' } })
  const publisher = { description: 'a test', wantKey: () => undefined, end: () => undefined }
  const units = await unitsOfClip(clip)
  const takenBeforeMs = 1500
  /** Sends pictures until a dozen came after they were seen; `isSaid`: those with the time at which they were taken. */
  const send = async (isSaid: boolean) => {
    using session = house.live.streams.open('phone', publisher)
    const keysMs: number[] = []
    for (let sent = 0, since = 0; sent < 400 && since < 12; sent++) {
      if (house.live.streams.state('phone')?.state === 'up') since++
      const wallMs = isSaid && since > 0 ? Date.now() - takenBeforeMs : undefined
      const format = sent === 0 ? { codec: 'h264' as const, parameterSets: Buffer.alloc(0) } : undefined
      const unit = units[sent % units.length]!
      if (unit.isKey) keysMs.push(Date.now())
      session.push({
        ...unit,
        sourceMs: sent * 50,
        format,
        ...(wallMs !== undefined && { wallMs })
      })
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    const { baseMs } = await house.until('phone', isUp)
    return keysMs.map(ms => Math.round(baseMs! - ms))
  }
  // However long its worker took to start: pictures are as old as they were when they came.
  const apartMs = await send(true)
  ok(
    apartMs.some(ms => Math.abs(ms) < 25),
    `${apartMs} ms from the arrival of key frames`
  )
  // It was away for longer than it now goes back: otherwise it would be held.
  await house.until('phone', ({ state }) => state !== 'up')
  await new Promise(resolve => setTimeout(resolve, takenBeforeMs))
  const [laterMs] = await send(false)
  ok(Math.abs(laterMs! + takenBeforeMs) < 250, `${laterMs} ms from arrival`)
})
