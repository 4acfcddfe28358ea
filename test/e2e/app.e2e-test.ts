// The web app as people open it: `SIGHTLINE_SCREENSHOTS=FOLDER` keeps what is seen, to be looked at.
import { deepStrictEqual, equal } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { fakeCamera, findChromium, type RunningChromium, startChromium } from '../services/chromium.ts'
import { makeClip } from '../support/make-clip.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { SignedIn } from '../support/signed-in.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { cameraPageTests } from './camera-pages.ts'
import { eventPageTests } from './event-pages.ts'
import { machinePageTests } from './machine-pages.ts'
import { palettePageTests } from './palette-pages.ts'
import { peoplePageTests } from './people-pages.ts'
import { sharingPageTests } from './sharing-pages.ts'
import { streamEditorTests } from './stream-editor.ts'
import { uploadPageTests } from './upload-pages.ts'
import { wallPageTests } from './wall-pages.ts'

const found = findChromium()
const skip = 'missing' in found ? found.missing : false
const stack = new AsyncDisposableStack()
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const { SIGHTLINE_SCREENSHOTS: screenshots } = process.env

/** How long a visit waits for what is to come. */
const patienceMs = 60_000
const sizes = { phone: { width: 390, height: 844 }, wide: { width: 1440, height: 900 } } as const
const themes = ['light', 'dark'] as const
/** Every page that is done: by its path, and what is there once it is. */
const pages: readonly (readonly [path: string, there: string])[] = [
  ['/', '[data-stream=demo] [data-clear=true]'],
  ['/streams/demo', '[data-clear=true]'],
  ['/streams/demo?edit=true', '[data-shape=walkway]'],
  ['/events', '[role=option]'],
  ['/uploads', '[aria-labelledby] h2'],
  ['/past', '[role=application]'],
  ['/seen', 'h2'],
  ['/models', 'table'],
  ['/models/yolox-nano', 'dl'],
  ['/system', 'table'],
  ['/system?view=disk', '[role=meter]'],
  ['/people', 'table'],
  ['/people?view=audit', 'table'],
  ['/settings', '[role=tabpanel] li'],
  ['/account', 'table'],
  ['/design', 'table'],
  ['/design/nothing', 'h2']
]

let url = ''
let serving: ServingProcess
let running: RunningChromium
/** Nobody, until the link for that was followed. */
let who: SignedIn | undefined

before(async () => {
  if (skip !== false) return
  const { path } = stack.use(await temporaryFolder())
  serving = stack.use(new ServingProcess(path, {}, ['--demo']))
  const [, port = ''] = await serving.says(/http:\S+:(\d+)\/readyz/)
  url = `http://localhost:${port}`
  running = stack.use(await startChromium({ args: [...fakeCamera] }))
  if (screenshots !== undefined) await mkdir(screenshots, { recursive: true })
})
after(() => stack.disposeAsync())

/** A page on which nothing but `mayFail` may fail: no error in the console, which is where a breach of the policy is said, too. */
async function visit(
  look: (page: Page) => Promise<void>,
  { mayFail, ...options }: BrowserContextOptions & { readonly mayFail?: RegExp } = {},
  browser: Browser = running.browser
): Promise<void> {
  // Ours comes from the test and not from the page: the page's policy stays as it is for all else.
  const context = await browser.newContext({ viewport: sizes.wide, ...options })
  context.setDefaultTimeout(patienceMs)
  if (who) await context.addCookies(await who.cookies())
  const page = await context.newPage()
  const failures: string[] = []
  page.on('pageerror', error => failures.push(error.message))
  page.on('console', message => {
    if (message.type() === 'error') failures.push(`${message.text()} (${message.location().url})`)
  })
  try {
    await look(page)
  } finally {
    // What it plays takes from what is looked at next.
    await context.close()
  }
  deepStrictEqual(
    failures.filter(failure => !mayFail?.test(failure)),
    []
  )
}

/** What keeps people out, as axe finds it. */
async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  const { violations } = (await page.evaluate('axe.run(document)')) as {
    violations: readonly { id: string; nodes: readonly { html: string; failureSummary: string }[] }[]
  }
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`)
  )
}

async function keep(page: Page, name: string): Promise<void> {
  if (screenshots !== undefined) await page.screenshot({ path: join(screenshots, `${name}.png`) })
}

test('W1 the set-up link, a name and a password, then the wall with the demo live', { skip }, async () => {
  await visit(async page => {
    const [link] = await serving.says(/http:\S+\/set-up\?token=\S+/)
    await page.goto(link.replace('127.0.0.1', 'localhost'))
    deepStrictEqual(await barriers(page), [])
    await keep(page, 'set-up')
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password, at least 10').fill('eleven tall lighthouses')
    await page.getByLabel('The same again').fill('eleven tall lighthouses')
    await page.getByRole('button').click()
    await page.waitForURL(`${url}/`)
    await page.locator('[data-stream=demo] [data-clear=true]').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'How Demo: people at an entrance is shown' }).click()
    await page.getByText(/^WebRTC .* ms behind/).waitFor()
  })
  who = new SignedIn(url)
})

for (const colorScheme of themes) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test(`W2 every page is whole on ${size} screens, ${colorScheme}, and keeps nobody out`, { skip }, () =>
      visit(
        async page => {
          for (const [path, there] of pages) {
            await page.goto(url + path)
            await page.locator(there).first().waitFor({ state: 'attached' })
            deepStrictEqual(await barriers(page), [], path)
            equal(
              await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
              true,
              `${path} is too wide`
            )
            await keep(page, `${path.slice(1).replaceAll('/', '-') || 'wall'}-${size}-${colorScheme}`)
          }
        },
        { colorScheme, viewport }
      )
    )
  }
}

const isDark = (page: Page) => page.locator('html[data-theme=dark]')

test('W3 everything is reached with the keyboard alone', { skip }, () =>
  visit(async page => {
    await page.goto(url)
    await page.locator('[data-stream=demo]').waitFor()
    await page.keyboard.press('Tab')
    equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the page')
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('dark')
    await page.keyboard.press('Enter')
    await isDark(page).waitFor({ state: 'attached' })
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.reload()
    equal(await page.evaluate('document.documentElement.dataset.theme'), 'dark', 'and it is remembered')
  })
)

test('W11 menus go by keys as well as by hand', { skip }, () =>
  visit(async page => {
    await page.goto(`${url}/design`)
    const button = page.getByRole('button', { name: 'Account and appearance' })
    await button.focus()
    await page.keyboard.press('ArrowDown')
    await page.getByRole('menuitem', { name: 'Your account' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('u')
    await page.getByRole('menuitem', { name: 'Units: metric' }).and(page.locator(':focus')).waitFor()
    deepStrictEqual(await barriers(page), [])
    await keep(page, 'menu')
    await page.keyboard.press('Escape')
    await page.getByRole('menu').waitFor({ state: 'detached' })
    await button.and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Theme: dark' }).press('Enter')
    await isDark(page).waitFor({ state: 'attached' })
  })
)

test('W12 what a page is told to fetch first is what it asks for, once', { skip }, () =>
  visit(async page => {
    for (const path of ['/', '/events']) {
      const told = await measuredAgain(
        () => timesAsked(page, path),
        links => Object.values(links).every(times => times === 1),
        3
      )
      deepStrictEqual(Object.values(told.at(-1)!), [1, 1], `${path}: ${JSON.stringify(told)}`)
    }
  })
)

/** How often a page has asked for each of what it was told to fetch first, once it has asked for all of it. */
async function timesAsked(page: Page, path: string): Promise<Readonly<Record<string, number>>> {
  const answer = await page.goto(url + path)
  const links = [...(answer?.headers().link ?? '').matchAll(/<(\/api[^>]+)>/g)].map(([, link]) => link ?? '')
  await page.locator('[data-stream=demo] h3, [role=option]').first().waitFor()
  for (const endMs = performance.now() + patienceMs; ; await page.waitForTimeout(50)) {
    const asked = await page.evaluate<readonly string[]>(
      "performance.getEntriesByType('resource').map(({ name }) => name.slice(location.origin.length))"
    )
    const times = links.map(link => asked.filter(each => each === link).length)
    if (times.every(each => each > 0) || performance.now() > endMs)
      return Object.fromEntries(links.map((link, index) => [link, times[index] ?? 0]))
  }
}

test('W4 this device’s camera is one press away, and another ends it', { skip }, () =>
  visit(async page => {
    await page.goto(url)
    await page.getByRole('button', { name: 'Use this device’s camera' }).click()
    await page.locator('[data-stream=camera] [data-clear=true]').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Stop the camera' }).click()
    await page.getByRole('button', { name: 'Use this device’s camera' }).waitFor()
  })
)

/** Read as a script, from the right to the left, as a picture, and without a place to break a line at. */
const hostile = `<script>document.title="broken"</script> \u202eelttil \u{1f469}\u{1f3fd}\u200d\u{1f680} ${'w'.repeat(100)}`

test('W8 whatever a stream is called stays text, and within the screen', { skip }, () =>
  visit(
    async page => {
      await page.goto(url)
      const body = { name: 'hostile', title: hostile, source: 'push:' }
      const made = await page.request.post(`${url}/api/v1/streams`, { data: body })
      equal(made.status(), 201, await made.text())
      for (const path of ['/', '/streams/hostile']) {
        await page.goto(url + path)
        await page.getByRole('heading', { name: hostile }).waitFor()
        equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, `${path} is too wide`)
        deepStrictEqual(await barriers(page), [])
        await keep(page, `hostile-${path === '/' ? 'wall' : 'stream'}`)
      }
      // A page of a stream that is gone would go on asking for it.
      await page.goto('about:blank')
      equal((await page.request.delete(`${url}/api/v1/streams/hostile`)).status(), 204)
    },
    { viewport: sizes.phone }
  )
)

test('W9 it can be installed: the manifest is there, and its signs', { skip }, () =>
  visit(async page => {
    await page.goto(url)
    const manifest = await page.evaluate(
      "fetch(document.querySelector('link[rel=manifest]').href).then(answer => answer.json())"
    )
    const { icons, start_url: start } = manifest as { icons: readonly { src: string }[]; start_url: string }
    equal(start, '/')
    for (const { src } of icons) equal((await page.request.get(url + src)).status(), 200, src)
  })
)

test('W6 while the server is away, the page says so, and goes on once it is back', { skip }, () =>
  visit(async page => {
    let isAway = true
    await page.routeWebSocket(/\/api\/v1\/live$/, socket => {
      if (isAway) socket.close()
      else socket.connectToServer()
    })
    await page.goto(url)
    const away = page.getByText('The server does not answer')
    await away.waitFor()
    deepStrictEqual(await barriers(page), [])
    await keep(page, 'away')
    const top = "document.querySelector('main h1').getBoundingClientRect().top"
    const before = await page.evaluate(top)
    // What changed meanwhile was not told.
    const askedAnew = page.waitForRequest('**/api/v1/session')
    isAway = false
    await page.evaluate("dispatchEvent(new Event('online'))")
    await away.waitFor({ state: 'detached' })
    equal(await page.evaluate(top), before)
    await askedAnew
    await page.evaluate(
      "Object.defineProperty(navigator, 'onLine', { value: false }); dispatchEvent(new Event('offline'))"
    )
    await page.getByText('This device is offline').waitFor()
  })
)

test(
  'W20 a video is sent from the page, analysed, and has a report with a player that keeps nobody out',
  { skip: skip || (process.env.SIGHTLINE_MODELS === undefined && 'SIGHTLINE_MODELS is not set') },
  () =>
    visit(async page => {
      const path = join(stack.use(await temporaryFolder()).path, '<b>match.mp4')
      await makeClip(path, { width: 320, height: 240, frames: 20 })
      await page.goto(`${url}/uploads`)
      await page.locator('input[type=file]').setInputFiles(path)
      await page.getByRole('link', { name: '<b>match.mp4' }).click()
      await page.locator('video').waitFor()
      await page.getByRole('heading', { name: '<b>match.mp4' }).waitFor()
      deepStrictEqual(await barriers(page), [])
      await keep(page, 'report')
    })
)

cameraPageTests({ skip, url: () => url, visit, barriers, keep })
wallPageTests({ skip, url: () => url, visit, keep })
eventPageTests({ skip, url: () => url, visit, barriers, keep })
uploadPageTests({ skip, url: () => url, visit, barriers, keep })
peoplePageTests({ skip, url: () => url, visit, barriers, keep })
palettePageTests({ skip, url: () => url, visit, barriers, keep })
machinePageTests({ skip, url: () => url, phone: sizes.phone, visit, barriers, keep })
sharingPageTests({ skip, url: () => url, phone: sizes.phone, visit, barriers, keep })
streamEditorTests({ skip, url: () => url, phone: sizes.phone, visit, barriers, keep })

test('W7 whoever signs out gets the page for signing in, and comes back to where they were', { skip }, () =>
  visit(async page => {
    await page.goto(`${url}/design`)
    await page.getByRole('button', { name: 'Account and appearance' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL(`${url}/sign-in`)
    deepStrictEqual(await barriers(page), [])
    await keep(page, 'sign-in')
  })
)
