import { ok, strictEqual } from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Refusals } from '../../src/api/refusals.ts'
import { startServer } from '../../src/api/server.ts'
import { webrtcRoutes } from '../../src/api/webrtc-routes.ts'
import { UdpPorts } from '../../src/live/webrtc/udp-wire.ts'
import { defaultWebrtcSettings } from '../../src/live/webrtc/webrtc-settings.ts'
import { Whep } from '../../src/live/webrtc/whep.ts'
import { Whip } from '../../src/live/webrtc/whip.ts'
import { publishOn, webrtcPage } from '../e2e/webrtc-page.ts'
import { fakeCamera, findChromium, startChromium } from '../services/chromium.ts'
import { openNamespace } from '../services/network-namespace.ts'
import { letIn } from '../support/let-in.ts'
import { PlayedFeeds } from '../support/played-feeds.ts'
import { scriptedPage } from '../support/scripted-page.ts'
import { ScriptedPushes } from '../support/scripted-pushes.ts'
import { atMost, isLong } from './support/form.ts'

// A phone's camera on a way that is too narrow for it.

const chromium = findChromium()
const skip = 'missing' in chromium ? chromium.missing : false
const ports: [number, number] = [21_400, 21_409]
const uplink = 128_000
/** A browser needs as long to find out what gets through. */
const settledMs = atMost(3000, 5000)
const forMs = atMost(3000, 120_000)
const mostAgeMs = 2000

test('LU1 a browser’s camera over 128 kbit/s goes on, and its newest picture is no older than 2 s', {
  skip,
  timeout: isLong ? 300_000 : 90_000
}, async t => {
  const network = openNamespace()
  if (network.missing !== false) return t.skip(network.missing)
  using _network = network
  const pushed = new ScriptedPushes('phone')
  const shared = { settings: { ...defaultWebrtcSettings, ports, everywhere: true }, ports: new UdpPorts(ports, true) }
  using whip = new Whip({ ...shared, pushed })
  using whep = new Whep({ ...shared, feeds: new PlayedFeeds() })
  await using server = await startServer({
    callers: letIn(),
    host: network.ourAddress,
    port: 0,
    health: { problems: () => [] },
    routes(app) {
      webrtcRoutes(app, { whep, whip, refusals: new Refusals() })
      app.get('/', { config: { access: { open: true } } }, async (_request, reply) =>
        reply.headers(scriptedPage).send(webrtcPage)
      )
    }
  })
  network.narrow(uplink)
  // A camera is for secure pages alone.
  const args = [...fakeCamera, `--unsafely-treat-insecure-origin-as-secure=${server.url}`]
  await using browser = await startChromium({ netns: network.name, args })
  const page = await browser.browser.newPage()
  await page.goto(server.url)
  strictEqual((await publishOn(page, 'vp8')).status, 201)
  await pushed.until(units => units.length > 0)
  await pause(settledMs)
  const begun = pushed.units.length
  const bytes = () => pushed.units.reduce((sum, { data }) => sum + data.length, 0)
  const [bytesBefore, beganMs] = [bytes(), performance.now()]
  const agesMs: number[] = []
  for (let wallMs: number | undefined; performance.now() - beganMs < forMs; await pause(20)) {
    wallMs = pushed.units.at(-1)!.wallMs
    // Between two pictures the newest one grows old.
    if (wallMs !== undefined) agesMs.push(Date.now() - wallMs)
  }
  const seconds = (performance.now() - beganMs) / 1000
  agesMs.sort((a, b) => a - b)
  const fps = (pushed.units.length - begun) / seconds
  const kbits = ((bytes() - bytesBefore) * 8) / seconds / 1000
  t.diagnostic(
    `age p50 ${agesMs[agesMs.length >> 1]} ms, at most ${agesMs.at(-1)} ms; ${fps.toFixed(1)} fps, ${kbits.toFixed(0)} kbit/s`
  )
  ok(agesMs.length > 0 && agesMs.at(-1)! <= mostAgeMs, `${agesMs.at(-1)} ms`)
  ok(kbits * 1000 < uplink * 1.1, `${kbits} kbit/s got through`)
})
