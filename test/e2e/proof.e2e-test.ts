import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chromium, type Page } from 'playwright-core'
import { navigation } from '../../web/src/app/navigation.ts'
import { report as reportStrings } from '../../web/src/strings/uploads.ts'
import { findChromium } from '../services/chromium.ts'
import { reportOfClip } from '../support/report-of-clip.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { barriers, screens, VisitedApp } from '../support/visited-app.ts'

const found = findChromium()
const skip = 'missing' in found ? found.missing : false
let app: VisitedApp

/** Read as a script, as a picture, from the right to the left, and without a place to break a line at. */
const hostile = `<script>document.title="broken"</script><img src=x onerror="document.title='broken'">\u202eelttil \u{1f469}\u{1f3fd}\u200d\u{1f680}`
const long = (length: number) => hostile + 'w'.repeat(length - hostile.length)

before(async () => {
  if (skip === false) app = await VisitedApp.open()
})
after(() => app?.[Symbol.asyncDispose]())

/** The wall with pictures in it: everything of a page has come. */
const wallIsThere = '[data-stream=demo] [data-clear=true]'

test(
  'W30 where the server cannot be reached, the app says so in its own words, and goes on when it can',
  { skip },
  () =>
    app.visit(
      async (page, context) => {
        await page.goto(app.url)
        await page.locator(wallIsThere).first().waitFor({ state: 'attached' })
        await page.evaluate('navigator.serviceWorker.ready.then(() => {})')
        await context.setOffline(true)
        await page.goto(`${app.url}/events`)
        await page.getByRole('heading', { name: 'Sightline does not answer' }).waitFor()
        deepStrictEqual(await barriersBetweenTries(page), [])
        const [tryNow, events] = [page.getByRole('link', { name: 'Try now' }), page.getByRole('listbox')]
        await tryNow.waitFor()
        await context.setOffline(false)
        // Whoever waits comes there as well, and finds no link to press.
        await Promise.any([tryNow.click(), events.waitFor()])
        await events.waitFor()
        equal(page.url(), `${app.url}/events`)
        deepStrictEqual(await page.evaluate('caches.keys()'), [], 'nothing that the server says is kept')
      },
      { mayFail: /status of 503|ERR_INTERNET_DISCONNECTED/ }
    )
)

/** The page that says so loads itself anew every ten seconds: one that goes while it is looked at is looked at again. */
async function barriersBetweenTries(page: Page): Promise<readonly string[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await barriers(page)
    } catch (error) {
      if (tries === 5) throw error
      await page.getByRole('link', { name: 'Try now' }).waitFor()
    }
  }
}

test('W31 a browser finds nothing that keeps the app from being installed', { skip }, async () => {
  await using folder = await temporaryFolder()
  // Private windows, which tests have otherwise, install nothing.
  const context = await chromium.launchPersistentContext(folder.path, {
    executablePath: 'path' in found ? found.path : '',
    args: ['--no-sandbox'],
    timeout: 60_000
  })
  try {
    await context.addCookies(await app.who.cookies())
    const page = await context.newPage()
    await page.goto(app.url)
    const session = await context.newCDPSession(page)
    const { url, errors } = await session.send('Page.getAppManifest')
    deepStrictEqual([url, errors], [`${app.url}/app/sightline.webmanifest`, []])
    deepStrictEqual((await session.send('Page.getInstallabilityErrors')).installabilityErrors, [])
    const signs = await page.evaluate<readonly { said: string; is: string }[]>(signSizes)
    ok(signs.length >= 4)
    for (const { said, is } of signs) equal(is, said)
  } finally {
    await context.close()
  }
})

/** What the manifest and the link for iOS say of PNGs, and what these are. */
const signSizes = `(async () => {
  const { icons } = await (await fetch(document.querySelector('link[rel=manifest]').href)).json()
  const apple = { src: document.querySelector('link[rel=apple-touch-icon]').href, sizes: '180x180' }
  return Promise.all(icons.filter(({ type }) => type === 'image/png').concat(apple).map(async ({ src, sizes }) => {
    const sign = Object.assign(new Image(), { src })
    await sign.decode()
    return { said: sizes, is: sign.naturalWidth + 'x' + sign.naturalHeight }
  }))
})()`

for (const [size, viewport] of Object.entries(screens)) {
  test(`W32 nothing moves when what is asked for arrives, on ${size} screens`, { skip }, async () => {
    const report = await reportOfClip(app, `moves-${size}.mp4`)
    const tracks = `[aria-label="${reportStrings.tracksCaption}"] li`
    const pages = { '/': wallIsThere, '/events': '[role=option]', [`/reports/${report}`]: tracks }
    await app.visit(
      async page => {
        await page.addInitScript(watchShifts)
        for (const [path, there] of Object.entries(pages)) {
          await page.goto(app.url + path)
          await page.locator(there).first().waitFor({ state: 'attached' })
          await page.waitForLoadState('load')
          deepStrictEqual(await shiftsAfterSettling(page), [], path)
        }
      },
      { viewport }
    )
  })
}

const watchShifts = `
  globalThis.shifts = []
  new PerformanceObserver(list => {
    for (const { value, sources, startTime } of list.getEntries())
      // Less is a word that another took the place of: how a stream is.
      if (value > 0.001) shifts.push(startTime.toFixed() + ' ms: ' + value.toFixed(4) + ' ' + sources.map(({ node, previousRect, currentRect }) =>
        ((node?.nodeType === 1 ? node : node?.parentElement)?.outerHTML.slice(0, 160) ?? node?.nodeName) + ' ' +
        [previousRect, currentRect].map(({ x, y, width, height }) => [x, y, width, height].map(Math.round).join()).join(' -> ')).join(' | '))
  }).observe({ type: 'layout-shift', buffered: true })`

/** Once nothing is asked for any more, and two pictures of the page have gone by. */
async function shiftsAfterSettling(page: Page): Promise<readonly string[]> {
  const asked = () => page.evaluate<number>("performance.getEntriesByType('resource').length")
  for (let before = -1, now = await asked(); before !== now; [before, now] = [now, await asked()])
    await page.waitForTimeout(400)
  return page.evaluate<readonly string[]>('shifts')
}

test('W36 a report on paper has what was found, dark on white, and nothing to press', { skip }, async () => {
  const report = await reportOfClip(app, 'on-paper.mp4')
  await app.visit(
    async page => {
      await page.goto(`${app.url}/reports/${report}`)
      await page.locator(`[aria-label="${reportStrings.tracksCaption}"] li`).first().waitFor()
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
      for (const there of [
        page.getByRole('heading', { level: 1 }),
        page.getByRole('heading', { name: reportStrings.numbers })
      ])
        equal(await there.isVisible(), true)
      const toPress = page
        .getByRole('banner')
        .or(page.locator('nav, button, video, input, a[download]'))
        .filter({ visible: true })
      deepStrictEqual(await toPress.allInnerTexts(), [])
      const colours =
        'Object.values((({ color, backgroundColor }) => [color, backgroundColor])(getComputedStyle(document.body)))'
      const [text = [], paper = []] = (await page.evaluate<readonly string[]>(colours)).map(colour =>
        [...colour.matchAll(/[\d.]+/g)].map(Number)
      )
      ok(Math.max(...text.slice(0, 3)) < 80 && Math.min(...paper.slice(0, 3)) > 230, `${text} on ${paper}`)
    },
    { colorScheme: 'dark' }
  )
})

test('W33 who wants less motion has none', { skip }, () =>
  app.visit(
    async page => {
      for (const path of ['/', '/events', '/uploads', '/design']) {
        await page.goto(app.url + path)
        await page.getByRole('heading').first().waitFor()
        const moving = await page.evaluate(
          'document.getAnimations().map(({ effect }) => effect.getComputedTiming()).filter(({ duration, iterations }) => duration * iterations > 10).length'
        )
        equal(moving, 0, path)
      }
    },
    { reducedMotion: 'reduce' }
  )
)

test('W34 whatever streams, places, recordings and programs are called stays text, and within the screen', {
  skip
}, async () => {
  const title = long(200)
  const report = await reportOfClip(app, `${long(200)}.mp4`)
  await app.ask('POST /api/v1/sites', { id: 'hostile', title, timeZone: 'UTC' })
  const zones = {
    ['z'.repeat(63)]: {
      title: long(100),
      points: [
        [0.1, 0.1],
        [0.9, 0.1],
        [0.9, 0.9]
      ]
    }
  }
  await app.ask('POST /api/v1/streams', { name: 'hostile', title, source: 'demo:', site: 'hostile', zones })
  await app.ask('POST /api/v1/tokens', { title, scopes: ['events:read'] })
  await app.ask('POST /api/v1/users', { name: 'w'.repeat(128), role: 'viewer' })
  const paths = [
    ...navigation.map(({ to }) => to),
    '/streams/hostile',
    '/streams/hostile?edit=true',
    `/reports/${report}`,
    '/account'
  ]
  await app.visit(
    async page => {
      for (const path of paths) {
        await page.goto(app.url + path)
        await page.getByRole('heading', { level: 1 }).first().waitFor()
        if (path === '/') await page.getByRole('heading', { name: title }).first().waitFor()
        await page.waitForLoadState('networkidle')
        match(await page.title(), /Sightline$/, path)
        equal(await page.locator('main img[src=x], main script').count(), 0, path)
        equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, `${path} is too wide`)
      }
    },
    { viewport: screens.phone }
  )
})

test('W35 a name of 500 characters is refused in a sentence that says how many may be', { skip }, async () => {
  const refused = app.ask('POST /api/v1/streams', { name: 'hostile-too', title: long(500), source: 'push:' })
  match(await refused.then(String, String), /400 .*title.*200/)
})
