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
import { measuredAgain } from '../support/measured-again.ts'
import { PlayedFeeds } from '../support/played-feeds.ts'
import { scriptedPage } from '../support/scripted-page.ts'
import { ScriptedPushes } from '../support/scripted-pushes.ts'
import { agesOf } from './support/ages.ts'
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
  timeout: isLong ? 900_000 : 600_000
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
  const bytes = () => pushed.units.reduce((sum, { data }) => sum + data.length, 0)
  const stretch = async () => {
    const [begun, bytesBefore, beganMs] = [pushed.units.length, bytes(), performance.now()]
    const ages = await agesOf(() => pushed.units.at(-1)!.wallMs, forMs)
    const seconds = (performance.now() - beganMs) / 1000
    const fps = (pushed.units.length - begun) / seconds
    const kbits = ((bytes() - bytesBefore) * 8) / seconds / 1000
    t.diagnostic(
      `age p50 ${ages.medianMs} ms, at most ${ages.mostMs} ms; ${fps.toFixed(1)} fps, ${kbits.toFixed(0)} kbit/s`
    )
    return { mostMs: ages.mostMs, fps, kbits }
  }
  const isWell = ({ mostMs, kbits }: { readonly mostMs: number; readonly kbits: number }) =>
    mostMs <= mostAgeMs && kbits * 1000 < uplink * 1.1
  const stretches = await measuredAgain(stretch, isWell)
  ok(isWell(stretches.at(-1)!), JSON.stringify(stretches))
})
