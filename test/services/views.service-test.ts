import { deepStrictEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { Refusals } from '../../src/api/refusals.ts'
import { startServer } from '../../src/api/server.ts'
import { viewRoutes } from '../../src/api/view-routes.ts'
import type { RelayedUnit } from '../../src/live/stream-feed.ts'
import { StreamViews } from '../../src/live/views/stream-views.ts'
import { FragmentMuxer } from '../../src/media/fragments.ts'
import { JpegEncoder } from '../../src/media/jpeg-encoder.ts'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import { LiveEncoder } from '../../src/media/live-encoder.ts'
import type { SourceCodec } from '../../src/media/sources/source.ts'
import { letIn } from '../support/let-in.ts'
import { relayedClip } from '../support/relayed-clip.ts'
import { type Script, ScriptedFeeds } from '../support/scripted-feeds.ts'
import { scriptedPage } from '../support/scripted-page.ts'
import { findChromium, startChromium } from './chromium.ts'
import { viewsPage } from './views-page.ts'

const found = findChromium()
const skip = 'missing' in found ? found.missing : false

interface Shown {
  readonly frames: readonly {
    readonly epoch: number
    readonly ptsMs: number
    readonly shownMs: number
    readonly width: number
  }[]
  readonly messages: readonly { readonly type: string }[]
  readonly errors: readonly string[]
}

/** When each picture was handed to the feed, by epoch and media time. */
type Fed = Map<string, number>

/** A clip over and over, each time later, with its format once: what watches may take as long as it needs. */
function* looped(clip: readonly RelayedUnit[], times = Number.POSITIVE_INFINITY): Generator<RelayedUnit> {
  const spanMs = ((clip.at(-1)!.ptsMs - clip[0]!.ptsMs) * clip.length) / (clip.length - 1)
  for (let time = 0; time < times; time++)
    for (const { format, ...unit } of clip)
      yield { ...unit, ptsMs: Math.round(unit.ptsMs + time * spanMs), ...(time === 0 && format && { format }) }
}

/** Gives units at the pace of their times, as a camera would. */
async function* paced(units: Iterable<RelayedUnit>, fed: Fed, signal: AbortSignal): AsyncGenerator<RelayedUnit> {
  let startMs: number | undefined
  for (const unit of units) {
    startMs ??= performance.now() - unit.ptsMs
    const waitMs = startMs + unit.ptsMs - performance.now()
    if (waitMs > 0) await pause(waitMs)
    if (signal.aborted) return
    fed.set(`${unit.epoch} ${Math.round(unit.ptsMs)}`, Date.now())
    yield unit
  }
}

/** A page of a server with one scripted stream, `door`. */
async function openPage(script: Script): Promise<AsyncDisposable & { readonly page: Page }> {
  await using opening = new AsyncDisposableStack()
  const feeds = new ScriptedFeeds()
  feeds.set('door', script)
  const views = new StreamViews({ feeds, createMuxer: () => new FragmentMuxer() })
  const server = opening.use(
    await startServer({
      callers: letIn(),
      host: '127.0.0.1',
      port: 0,
      health: { problems: () => [] },
      routes(app) {
        app.get('/', { config: { access: { open: true } } }, async (_, reply) =>
          reply.headers(scriptedPage).send(viewsPage)
        )
        viewRoutes(app, { views, refusals: new Refusals() })
      }
    })
  )
  const chromium = opening.use(await startChromium())
  const page = await chromium.browser.newPage()
  await page.goto(server.url)
  const closing = opening.move()
  return { page, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}

/** Plays a scripted stream's fragments until `isEnough`. */
async function shown(script: Script, isEnough: (seen: Shown) => boolean): Promise<Shown> {
  await using opened = await openPage(script)
  await opened.page.evaluate(`play('door')`)
  return await until(opened.page, isEnough)
}

async function until(page: Page, isEnough: (seen: Shown) => boolean): Promise<Shown> {
  for (const endMs = performance.now() + 90_000; ; await pause(50)) {
    const seen = (await page.evaluate('seen')) as Shown
    if (seen.errors.length > 0 || isEnough(seen) || performance.now() > endMs) return seen
  }
}

/** Milliseconds from the feed to the screen, of each picture, in order of size. Fails for one that was never fed. */
function delays({ frames }: Shown, fed: Fed): number[] {
  const unknown = frames.filter(({ epoch, ptsMs }) => !fed.has(`${epoch} ${ptsMs}`))
  deepStrictEqual(unknown, [], 'shown with a time that no picture has')
  return frames.map(({ epoch, ptsMs, shownMs }) => shownMs - fed.get(`${epoch} ${ptsMs}`)!).sort((a, b) => a - b)
}

for (const [rule, codec] of [
  ['B1 H.264', 'h264'],
  ['B2 VP8', 'vp8'],
  ['B3 VP9', 'vp9'],
  ['B4 AV1', 'av1']
] as const) {
  test(`${rule} plays in Chromium from fragments, every picture under its own time`, { skip }, async t => {
    const units = await relayedClip(codec, { width: 640, height: 360, frames: 150, gop: 50 })
    const fed: Fed = new Map()
    const isPrompt = (ms: number) => ms < 500
    // After it came to its pace, by stretches of 60 pictures.
    const medians = ({ frames, ...seen }: Shown) =>
      Array.from({ length: 5 }, (_, n) => frames.slice(20 + 60 * n, 80 + 60 * n))
        .filter(stretch => stretch.length === 60)
        .map(stretch => delays({ ...seen, frames: stretch }, fed)[30]!)
    const isEnough = (seen: Shown) => medians(seen).some(isPrompt) || medians(seen).length === 5
    const seen = await shown({ units: signal => paced(looped(units), fed, signal) }, isEnough)
    deepStrictEqual(seen.errors, [])
    ok(seen.frames.length >= 80, `${seen.frames.length} frames`)
    deepStrictEqual(seen.frames.at(-1)!.width, 640)
    delays(seen, fed)
    const found = medians(seen).map(Math.round)
    t.diagnostic(`${codec}: medians ${found} ms`)
    ok(found.some(isPrompt), `${found} ms`)
  })
}

test('B5 it plays on over a gap, another epoch and another size', { skip }, async () => {
  const size = { frames: 50, gop: 25 }
  const parts = [
    { clip: await relayedClip('h264', size), width: 160 },
    { clip: await relayedClip('h264', { ...size, fromMs: 5000 }), width: 160 },
    { clip: await relayedClip('h264', { ...size, epoch: 2, width: 320, height: 240 }), width: 320 },
    { clip: await relayedClip('vp8', { ...size, epoch: 3 }), width: 160 }
  ]
  const fed: Fed = new Map()
  // Of each part, by the epoch and the media time of its own pictures.
  const own = parts.map(() => new Set<string>())
  const counts = ({ frames }: Shown) =>
    parts.map(
      ({ width }, part) =>
        frames.filter(frame => frame.width === width && own[part]!.has(`${frame.epoch} ${frame.ptsMs}`)).length
    )
  let latest: Shown = { frames: [], messages: [], errors: [] }
  async function* units(signal: AbortSignal) {
    for (const [part, { clip }] of parts.entries()) {
      // The gap begins where the first part ended, at 25 pictures a second.
      const gapMs = part === 1 ? own[0]!.size * 40 - 2000 : 0
      const late = clip.map(unit => ({ ...unit, ptsMs: unit.ptsMs + gapMs }))
      let count = 0
      for await (const unit of paced(looped(late), fed, signal)) {
        if (count++ >= clip.length && unit.isKey && counts(latest)[part]! >= 20) break
        own[part]!.add(`${unit.epoch} ${Math.round(unit.ptsMs)}`)
        yield unit
      }
      await pause(700)
    }
    await pause(3000)
  }
  const seen = await shown({ units }, now => {
    latest = now
    return counts(now)[3]! >= 25
  })
  deepStrictEqual(seen.errors, [])
  delays(seen, fed)
  ok(Math.min(...counts(seen)) >= 20, `${counts(seen)} pictures of each part`)
})

for (const [rule, codec, options] of [
  ['B6 H.265', 'hevc', {}],
  ['B7 H.264 with B-frames', 'h264', { bFrames: 2 }]
] as const) {
  test(`${rule} plays in Chromium once it is encoded anew`, { skip }, async () => {
    const source = await relayedClip(codec, { ...options, width: 640, height: 360, frames: 100 })
    const units = await reencoded(codec, source)
    const fed: Fed = new Map()
    const seen = await shown(
      { units: signal => paced(looped(units), fed, signal) },
      ({ frames }) => frames.length >= 50
    )
    deepStrictEqual(seen.errors, [])
    ok(seen.frames.length >= 50, `${seen.frames.length} frames`)
    delays(seen, fed)
  })
}

test('B8 motion JPEG is shown by an <img>, picture after picture', { skip }, async () => {
  const units = await relayedClip('h264', { frames: 200 })
  await using decoder = new LiveDecoder(units[0]!.format!)
  await using encoder = new JpegEncoder()
  await using opened = await openPage({
    async *pictures(_, signal) {
      for await (const { data, isKey, ptsMs, epoch } of paced(looped(units), new Map(), signal)) {
        for (const { frame } of await decoder.decode({ data, isKey, sourceMs: ptsMs, arrivedMs: ptsMs })) {
          using _ = frame
          yield { ...(await encoder.encode(frame)), ptsMs, epoch }
        }
      }
    }
  })
  await opened.page.evaluate(`picture.src = '/api/v1/streams/door/mjpeg?fps=25'`)
  const places = new Set<string>()
  for (const endMs = performance.now() + 60_000; places.size < 6 && performance.now() < endMs; await pause(100))
    places.add((await opened.page.evaluate(brightestPlace)) as string)
  ok([...places].filter(place => place.startsWith('160 ')).length >= 5, [...places].join())
})

/** The picture's width, and where the light square is that moves along its bottom: that tells one picture from another. */
const brightestPlace = `(() => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 })
  const context = canvas.getContext('2d')
  context.drawImage(picture, 0, 0)
  const row = context.getImageData(0, 110, 160, 1).data
  let best = 0
  for (let x = 0; x < 160; x++) if (row[x * 4] > row[best * 4]) best = x
  return picture.naturalWidth + ' ' + best
})()`

async function reencoded(codec: SourceCodec, units: readonly RelayedUnit[]): Promise<RelayedUnit[]> {
  await using decoder = new LiveDecoder({ codec, parameterSets: Buffer.alloc(0) })
  await using encoder = new LiveEncoder()
  const out: RelayedUnit[] = []
  const waiting = units.map(({ data, isKey, ptsMs }) => ({ data, isKey, sourceMs: ptsMs, arrivedMs: ptsMs }))
  for (const unit of [...waiting, undefined]) {
    for (const { frame } of unit ? await decoder.decode(unit) : await decoder.flush()) {
      using _ = frame
      const { width, height, ...encoded } = await encoder.encode(frame)
      const format = { codec: 'h264', parameterSets: Buffer.alloc(0), width, height } as const
      out.push({ ...encoded, epoch: 1, ...(out.length === 0 && { format }) })
    }
  }
  return out
}
