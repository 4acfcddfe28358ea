import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Refusals } from '../../src/api/refusals.ts'
import { startServer } from '../../src/api/server.ts'
import { webrtcRoutes } from '../../src/api/webrtc-routes.ts'
import type { ClockMessage } from '../../src/contract/live.ts'
import type { RelayedUnit } from '../../src/live/stream-feed.ts'
import { UdpPorts } from '../../src/live/webrtc/udp-wire.ts'
import { defaultWebrtcSettings } from '../../src/live/webrtc/webrtc-settings.ts'
import { Whep } from '../../src/live/webrtc/whep.ts'
import { Whip } from '../../src/live/webrtc/whip.ts'
import { LiveDecoder } from '../../src/media/live-decoder.ts'
import { fakeCamera, findChromium, startChromium } from '../services/chromium.ts'
import { openNamespace } from '../services/network-namespace.ts'
import { letIn } from '../support/let-in.ts'
import { type ClipOptions, makeClip } from '../support/make-clip.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { PlayedFeeds, relayedUnits } from '../support/played-feeds.ts'
import { scriptedPage } from '../support/scripted-page.ts'
import { ScriptedPushes } from '../support/scripted-pushes.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { timeCodeBits, timeCodePicture } from '../support/time-code.ts'
import { unitsOfClip } from '../support/units-of-clip.ts'
import { endOn, hangUp, publishOn, stayOn, toldOn, watchOn, webrtcPage } from './webrtc-page.ts'

const chromium = findChromium()
const skip = 'missing' in chromium ? chromium.missing : false
const ports: [number, number] = [21_200, 21_299]
const size = { width: 480, height: 270 }

async function unitsShowingTheirNumber(codec: ClipOptions['codec'], frames: number, gop = 25): Promise<RelayedUnit[]> {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'clip.mkv')
  await makeClip(path, { ...size, codec, frames, fps: 25, gop, paint: timeCodePicture })
  return relayedUnits(await unitsOfClip(path), codec as 'h264', size)
}

async function serving(feeds: PlayedFeeds, { host = '127.0.0.1', everywhere = false } = {}) {
  const clocks: ClockMessage[] = []
  const pushed = new ScriptedPushes('phone')
  const shared = { settings: { ...defaultWebrtcSettings, ports, everywhere }, ports: new UdpPorts(ports, everywhere) }
  const whep = new Whep({ ...shared, feeds, onClock: message => clocks.push(message) })
  const whip = new Whip({ ...shared, pushed })
  const server = await startServer({
    callers: letIn(),
    host,
    port: 0,
    health: { problems: () => [] },
    routes(app) {
      webrtcRoutes(app, { whep, whip, refusals: new Refusals() })
      app.get('/', { config: { access: { open: true } } }, async (_request, reply) =>
        reply.headers(scriptedPage).send(webrtcPage)
      )
    }
  })
  return {
    ...{ whep, whip, pushed, clocks, url: server.url },
    async [Symbol.asyncDispose]() {
      whep[Symbol.dispose]()
      whip[Symbol.dispose]()
      await server[Symbol.asyncDispose]()
    }
  }
}

/** A source that begins anew, with its next epoch, whenever it has ended; until it is disposed. `from`: what it begins with, once. */
function playOn(feeds: PlayedFeeds, units: readonly RelayedUnit[], from = 0): Disposable {
  const playing = new AbortController()
  void playAgainAndAgain(feeds, units, from, playing.signal)
  return { [Symbol.dispose]: () => playing.abort() }
}

async function playAgainAndAgain(feeds: PlayedFeeds, units: readonly RelayedUnit[], from: number, signal: AbortSignal) {
  for (let epoch = 1; !signal.aborted; epoch++) {
    const renewed = epoch === 1 ? units.slice(from) : units.map(unit => ({ ...unit, epoch }))
    await feeds.play('door', renewed, signal)
  }
}

/** Media time of an RTP timestamp, as a page works it out. */
function mediaTime(clocks: readonly ClockMessage[], rtpTimestamp: number) {
  const before = clocks.filter(clock => ((rtpTimestamp - clock.rtpTimestamp) | 0) >= 0)
  const clock = before.at(-1)!
  return { epoch: clock.epoch, ptsMs: Math.round(clock.ptsMs + ((rtpTimestamp - clock.rtpTimestamp) | 0) / 90) }
}

for (const codec of ['h264', 'vp8', 'vp9', 'av1'] as const) {
  test(`E1 a browser plays ${codec} as it is, and knows the media time of the very frame that it shows`, {
    skip,
    timeout: 180_000
  }, async t => {
    const units = await unitsShowingTheirNumber(codec, 75)
    const feeds = new PlayedFeeds('door')
    await using given = await serving(feeds)
    await using browser = await startChromium()
    const page = await browser.browser.newPage()
    await page.goto(given.url)
    const sentAtMs: number[] = []
    const timed = units.map((unit, index) => {
      const { data, ...facts } = unit
      return {
        ...facts,
        get data() {
          sentAtMs[index] ??= performance.timeOrigin + performance.now()
          return data
        }
      }
    })
    // What comes before the page is connected makes way for the next key frame.
    feeds.welcome = timed.slice(0, 1)
    const watched = watchOn(page, 110, timeCodeBits)
    while (given.clocks.length === 0) await delay(5)
    using _playing = playOn(feeds, timed, 1)
    const { frames, connectedMs, firstFrameMs } = await watched
    deepStrictEqual([frames[0]!.width, frames[0]!.height], [size.width, size.height])
    const shown = frames.map(({ rtpTimestamp, code }) => ({ ...mediaTime(given.clocks, rtpTimestamp), code }))
    const isRight = (number: number, code: number) =>
      // The encoder of AV1 blends some pictures with the one before: bits that differ are neither black nor white.
      code === number || (codec === 'av1' && ((code ^ number) & ~(number ^ (number - 1))) === 0)
    deepStrictEqual(
      shown.filter(({ ptsMs, code }) => !isRight(Math.round(ptsMs / 40), code)),
      []
    )
    deepStrictEqual([...new Set(shown.map(({ epoch }) => epoch))].slice(0, 2), [1, 2])
    const delays = frames
      .filter((_, index) => shown[index]!.epoch === 1)
      .map(({ rtpTimestamp, shownAtMs }) => {
        const { ptsMs } = mediaTime(given.clocks, rtpTimestamp)
        return shownAtMs - sentAtMs[Math.round(ptsMs / 40)]!
      })
      .sort((a, b) => a - b)
    const [median, late] = [0.5, 0.95].map(share => Math.round(delays[Math.floor(share * delays.length)]!))
    t.diagnostic(
      `connected after ${connectedMs} ms, first frame ${firstFrameMs} ms; packet to frame: median ${median} ms, p95 ${late} ms`
    )
  })
}

test('E2 a session opens within a second, with no network but this machine', { skip, timeout: 180_000 }, async t => {
  const units = await unitsShowingTheirNumber('h264', 25)
  const feeds = new PlayedFeeds('door')
  feeds.welcome = units
  await using given = await serving(feeds)
  await using browser = await startChromium()
  const page = await browser.browser.newPage()
  await page.goto(given.url)
  using _playing = playOn(feeds, units)
  const times = await measuredAgain(
    async () => (await watchOn(page, 1, timeCodeBits)).firstFrameMs,
    firstFrameMs => firstFrameMs < 1000
  )
  t.diagnostic(`first frame after ${times.join(', ')} ms`)
  ok(times.at(-1)! < 1000)
})

for (const codec of ['h264', 'vp8', 'vp9'] as const) {
  test(`E3 a browser's camera arrives in ${codec}, picture by picture`, { skip, timeout: 180_000 }, async t => {
    await using given = await serving(new PlayedFeeds())
    await using browser = await startChromium({ args: fakeCamera })
    const page = await browser.browser.newPage()
    await page.goto(given.url)
    const published = await publishOn(page, codec)
    strictEqual(published.status, 201)
    await given.pushed.until(units => units.length >= 60)
    const [first] = given.pushed.units
    strictEqual(first!.format!.codec, codec)
    await using decoder = new LiveDecoder(first!.format!)
    let decoded = 0
    for (const unit of given.pushed.units.slice(0, 60)) {
      for (const { frame } of await decoder.decode({ ...unit, arrivedMs: unit.sourceMs })) {
        using _ = frame
        ok(frame.width >= 160)
        decoded++
      }
    }
    t.diagnostic(`connected after ${published.connectedMs} ms`)
    ok(decoded >= 58)
    strictEqual(decoder.counters.broken, 0)

    // Somebody else has to wait until this page has gone.
    const other = await browser.browser.newPage()
    await other.goto(given.url)
    strictEqual((await publishOn(other, codec)).status, 409)
    await endOn(page)
    while (given.whip.size > 0) await delay(10)
    strictEqual((await publishOn(other, codec)).status, 201)
  })
}

test('E4 another machine watches, at an address that it is told', { skip, timeout: 180_000 }, async t => {
  const network = openNamespace()
  if (network.missing !== false) return t.skip(network.missing)
  using _ = network
  const feeds = new PlayedFeeds('door')
  const units = await unitsShowingTheirNumber('h264', 25)
  feeds.welcome = units
  await using given = await serving(feeds, { host: network.ourAddress, everywhere: true })
  await using browser = await startChromium({ netns: network.name })
  const page = await browser.browser.newPage()
  await page.goto(given.url)
  using _playing = playOn(feeds, units)
  const { frames, firstFrameMs } = await watchOn(page, 1, timeCodeBits)
  t.diagnostic(`first frame after ${firstFrameMs} ms`)
  strictEqual(frames[0]!.width, size.width)
})

test('E5 who comes seconds after the last key frame sees at once what is new', { skip, timeout: 180_000 }, async t => {
  const units = await unitsShowingTheirNumber('h264', 250, 250)
  const feeds = new PlayedFeeds('door')
  await using given = await serving(feeds)
  await using browser = await startChromium()
  const page = await browser.browser.newPage()
  const before = units.filter(({ ptsMs }) => ptsMs < 3000)
  feeds.welcome = before
  const atTheEndMs = await measuredAgain(
    async () => {
      await page.goto(given.url)
      while (feeds.watchers('door') > 0) await delay(5)
      const watched = watchOn(page, 50, timeCodeBits).catch(error => t.diagnostic(String(error)))
      while (feeds.watchers('door') === 0) await delay(5)
      const startMs = performance.timeOrigin + performance.now() - 3000
      const playing = new AbortController()
      const played = feeds.play('door', units.slice(before.length), playing.signal)
      // Where too few were seen until then, no more will come.
      const seen = await Promise.race([watched, played.then(() => delay(10_000))])
      playing.abort()
      const lateMs = seen?.frames.slice(-20).map(({ code, shownAtMs }) => shownAtMs - startMs - units[code]!.ptsMs)
      return Math.max(...(lateMs ?? [Number.POSITIVE_INFINITY]))
    },
    ms => ms < 500
  )
  t.diagnostic(`at the end ${atTheEndMs.map(Math.round).join(', ')} ms behind`)
  ok(atTheEndMs.at(-1)! < 500)
})

const lost = { connection: 'failed', transport: 'failed' }
// By the book: a transport that was closed in order leaves a connection connected.
const closed = { connection: 'connected', transport: 'closed' }
for (const { rule, end, told } of [
  { rule: 'E6 a page knows at once that its stream was removed', end: 'remove', told: lost },
  { rule: 'E7 a page knows at once that the server stops', end: 'stop', told: lost },
  { rule: 'E8 a page that ends its session is told so', end: 'delete', told: closed }
] as const) {
  test(rule, { skip, timeout: 180_000 }, async t => {
    const welcome = await unitsShowingTheirNumber('h264', 5)
    await using browser = await startChromium()
    const page = await browser.browser.newPage()
    const took = await measuredAgain(
      async () => {
        const feeds = new PlayedFeeds('door')
        feeds.welcome = welcome
        await using given = await serving(feeds)
        await page.goto(given.url)
        await stayOn(page)
        const startMs = performance.now()
        if (end === 'remove') feeds.remove('door')
        else if (end === 'stop') given.whep[Symbol.dispose]()
        else await endOn(page)
        deepStrictEqual(await toldOn(page), told)
        return Math.round(performance.now() - startMs)
      },
      tookMs => tookMs < 1000
    )
    t.diagnostic(`after ${took.join(', ')} ms`)
    ok(took.at(-1)! < 1000)
  })
}

test('E9 a page that closes its connection frees the session at once', { skip, timeout: 180_000 }, async t => {
  const feeds = new PlayedFeeds('door')
  feeds.welcome = await unitsShowingTheirNumber('h264', 5)
  await using given = await serving(feeds)
  await using browser = await startChromium()
  const page = await browser.browser.newPage()
  await page.goto(given.url)
  const took = await measuredAgain(
    async () => {
      await stayOn(page)
      const startMs = performance.now()
      await hangUp(page)
      while (given.whep.size > 0) await delay(5)
      return Math.round(performance.now() - startMs)
    },
    tookMs => tookMs < 1000
  )
  t.diagnostic(`after ${took.join(', ')} ms`)
  ok(took.at(-1)! < 1000)
})
