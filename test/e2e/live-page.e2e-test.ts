import { equal, match, ok } from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { fakeCamera, findChromium, startChromium } from '../services/chromium.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { SignedIn } from '../support/signed-in.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const found = findChromium()
const skip = 'missing' in found ? found.missing : false
const stack = new AsyncDisposableStack()
let url = ''
/** What there is where the web app is not built. */
const plainPage = 'web/live/index.html'
let admin: SignedIn
let serving: ServingProcess | undefined
let startedMs = 0

after(async () => {
  await serving?.[Symbol.asyncDispose]()
  await stack.disposeAsync()
})

/** A server that nobody was set up on, in place of the one that there was. */
async function serveAnew(): Promise<void> {
  await serving?.[Symbol.asyncDispose]()
  const { path } = stack.use(await temporaryFolder())
  startedMs = performance.now()
  serving = new ServingProcess(path, {}, ['--demo'])
  const [, port = ''] = await serving.says(/http:\S+:(\d+)\/readyz/)
  url = `http://localhost:${port}/`
  await serving.says(/\/set-up\?token=/)
  admin = new SignedIn(url.slice(0, -1), serving.said)
}

interface Visit {
  /** Without signing in: before anybody has, on a server that starts while the browser does. */
  readonly asVisitor?: true
  readonly args?: readonly string[]
  readonly viewport?: { readonly width: number; readonly height: number }
  /** Done before the page is opened. */
  prepare?(page: Page): Promise<void>
  look(page: Page): Promise<void>
}

/** Opens the page; nothing on it may fail. */
async function visit({
  asVisitor,
  args = [],
  viewport = { width: 1280, height: 800 },
  prepare,
  look
}: Visit): Promise<void> {
  // A browser takes its time as well, which is none of the server's.
  const served = asVisitor || !serving ? serveAnew() : undefined
  await using chromium = await startChromium({ args: [...fakeCamera, ...args] })
  await served
  const context = await chromium.browser.newContext({ viewport })
  context.setDefaultTimeout(60_000)
  if (!asVisitor) await context.addCookies(await admin.cookies())
  const page = await context.newPage()
  const failures: string[] = []
  page.on('pageerror', error => failures.push(error.message))
  await prepare?.(page)
  await page.goto(`${url}${plainPage}`)
  await look(page)
  equal(failures.join('\n'), '')
}

/** Asks the page until it says so; its policy lets Playwright's own way of waiting not in. */
async function until(page: Page, expression: string, patienceMs = 60_000): Promise<void> {
  for (const endMs = performance.now() + patienceMs; performance.now() < endMs; await pause(100))
    if (await page.evaluate(expression)) return
  const said = await page.evaluate('document.body.innerText')
  throw new Error(`${expression} did not come true in ${patienceMs} ms. The page says:\n${said}`)
}

const tile = (stream: string) => `document.querySelector('.tile[data-stream=${stream}]')`
const isPlaying = (stream: string) => `${tile(stream)}?.querySelector('.veil').dataset.clear === 'true'`
const readings = (stream: string) => `${tile(stream)}?.querySelector('.readings').textContent`

const placed = String(/\w+ \d+ (entered|appeared in|left) forecourt/)
const cameraButton = `${tile('camera')}.querySelector('.camera')`

/** How many points of the overlay have the colour of a person's box, or of anything that is followed; where they are on average. */
const boxPixels = `(() => {
  const canvas = ${tile('demo')}.querySelector('canvas')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  let [count, sum] = [0, 0]
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue, alpha] = [data[at], data[at + 1], data[at + 2], data[at + 3]]
    const isZone = red === 96 && green === 165
    const isLine = red > 240 && green > 210 && blue < 110
    if (alpha > 200 && red + green + blue > 380 && !isZone && !isLine) { count++; sum += (at / 4) % canvas.width }
  }
  return { count, mean: count === 0 ? 0 : sum / count }
})()`

test('P1 a minute after the start at the latest, the demo is there with boxes that move, a zone, a line, and events', {
  skip
}, async t => {
  const tookMs = await measuredAgain(showDemo, ms => ms < 60_000, 3)
  t.diagnostic(`all there ${tookMs.map(Math.round).join(', ')} ms after the process began`)
  ok(tookMs.at(-1)! < 60_000, 'all within a minute')
})

/** Starts a server and looks at its demo until all of it was there. Gives how long that took. */
async function showDemo(): Promise<number> {
  let tookMs = 0
  await visit({
    asVisitor: true,
    async look(page) {
      await until(page, isPlaying('demo'))
      const places = new Set<number>()
      for (const endMs = performance.now() + 60_000; places.size < 5 && performance.now() < endMs; await pause(200)) {
        const { count, mean } = (await page.evaluate(boxPixels)) as { count: number; mean: number }
        if (count > 200) places.add(Math.round(mean))
      }
      ok(places.size >= 5, `boxes were seen at ${[...places]}`)
      await until(page, "document.querySelectorAll('#events .event').length >= 3")
      await until(page, `${placed}.test(document.querySelector('#events').innerText)`)
      await until(page, `/walkway: (?!0 in · 0 out)\\d+ in/.test(${tile('demo')}.querySelector('.counts').textContent)`)
      await until(page, `/^WebRTC .* ms behind/.test(${readings('demo')})`)
      tookMs = performance.now() - startedMs
      match(await page.locator('#set-up').innerText(), /open the set-up link/)
      equal(await page.locator('.tile[data-stream=camera]').count(), 0, 'nothing but the demo')
    }
  })
  return tookMs
}

test('P2 where UDP is blocked, pictures come over a WebSocket within seconds', { skip }, t =>
  visit({
    args: ['--webrtc-ip-handling-policy=disable_non_proxied_udp'],
    async look(page) {
      const show = async () => {
        await page.reload()
        const openedMs = performance.now()
        await until(page, isPlaying('demo'))
        return performance.now() - openedMs
      }
      const tookMs = await measuredAgain(show, ms => ms < 10_000 || performance.now() - startedMs < 60_000)
      t.diagnostic(`picture after ${tookMs.map(Math.round).join(', ')} ms`)
      ok(tookMs.at(-1)! < 10_000 || performance.now() - startedMs < 60_000, `${tookMs} ms`)
      await until(page, `/^over WebSocket .* ms behind/.test(${readings('demo')})`)
    }
  })
)

test('P3 where that does not get through either, single pictures come with their boxes in them', { skip }, () =>
  visit({
    async prepare(page) {
      await page.route('**/whep/**', route => route.abort())
      await page.routeWebSocket(/\/video$/, socket => socket.close())
    },
    async look(page) {
      await until(page, isPlaying('demo'))
      await until(page, `${readings('demo')}.startsWith('single pictures')`)
    }
  })
)

test('P4 one press shows this device’s camera, another ends it', { skip }, () =>
  visit({
    viewport: { width: 390, height: 844 },
    async look(page) {
      const button = page.locator('.tile[data-stream=camera] .camera')
      await button.click()
      await until(page, isPlaying('camera'))
      await until(page, `${cameraButton}.textContent === 'Stop the camera'`)
      equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, 'fits a phone')
      await button.click()
      await until(page, `!(${isPlaying('camera')})`)
      await until(page, `${cameraButton}.textContent === 'Use this device’s camera'`)
    }
  })
)

test('P5 the switch decides whether pictures wait for their boxes', { skip }, () =>
  visit({
    async look(page) {
      await until(page, `/held \\d+ ms/.test(${readings('demo')})`)
      await page.getByText('Lowest latency').click()
      await until(page, `!/held/.test(${readings('demo')}) && /ms behind/.test(${readings('demo')})`)
    }
  })
)

test('P6 the example that sends pictures over a WebSocket gets its answers', { skip }, () =>
  visit({
    async look(page) {
      await page.goto(`${url}examples/frames-over-websocket.html`)
      await page.getByRole('button', { name: 'Use the camera' }).click()
      await until(page, "/found, \\d+ ms after/.test(document.querySelector('[role=status]').textContent)")
      await page.getByRole('button', { name: 'Stop' }).click()
    }
  })
)

test('P7 whoever signs out gets the page for signing in, and nothing else', { skip }, () =>
  visit({
    async look(page) {
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.waitForURL(`${url}sign-in`)
      await page.goto(`${url}${plainPage}`)
      await page.getByLabel('Name').fill('ada')
      await page.getByLabel('Password').fill('eleven tall lighthouses')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await until(page, isPlaying('demo'))
    }
  })
)
