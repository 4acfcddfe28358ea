import { deepStrictEqual, match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findChromium } from '../services/chromium.ts'
import { reportOfClip } from '../support/report-of-clip.ts'
import { screens, VisitedApp } from '../support/visited-app.ts'

const found = findChromium()
const skip = 'missing' in found ? found.missing : false
const options = { viewport: screens.phone }
let app: VisitedApp
let report = ''

before(async () => {
  if (skip !== false) return
  app = await VisitedApp.open()
  report = `/reports/${await reportOfClip(app, 'match.mp4')}`
})
after(async () => {
  await app?.[Symbol.asyncDispose]()
})

test('L3 the frame gives way to a page, and not to nothing', { skip }, () =>
  app.visit(async page => {
    await page.addInitScript(watchFrame)
    for (const path of ['/events', report])
      await atLeastOnce(async () => {
        await page.goto(app.url + path)
        await page.locator('main h1').waitFor()
        deepStrictEqual(await page.evaluate('afterFrame'), ['with a page'], path)
      })
  }, options)
)

test('L4 the browser’s way with times and numbers is made ready before the app is there', { skip }, () =>
  app.visit(async page => {
    await page.addInitScript(watchFormats)
    await atLeastOnce(async () => {
      await page.goto(app.url + report)
      await page.locator('main h1').waitFor()
      for (const kind of ['DateTimeFormat', 'NumberFormat'])
        match(await page.evaluate<string>(`firstMade.${kind} ?? 'nobody'`), /theme\.js/, kind)
    })
  }, options)
)

test('L5 the first picture of a report is asked for before there is a player, and once', { skip }, () =>
  app.visit(async page => {
    await page.goto(app.url + report)
    await page.locator('video[poster]').waitFor()
    await page.waitForLoadState('networkidle')
    deepStrictEqual(
      await page.evaluate(
        "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('/poster.jpg')).map(({ initiatorType }) => initiatorType)"
      ),
      ['link']
    )
  }, options)
)

/** A machine that was busy just then makes it otherwise, once or twice; a page that is built otherwise, each time. */
async function atLeastOnce(look: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      return await look()
    } catch (error) {
      if (tries === 4) throw error
    }
}

/** What stands in the page at the moment in which the frame is taken away. */
const watchFrame = `
  globalThis.afterFrame = []
  new MutationObserver(changes => {
    for (const { target, removedNodes } of changes)
      if (target.id === 'app' && [...removedNodes].some(({ nodeType }) => nodeType === 1))
        afterFrame.push(document.querySelector('main h1') ? 'with a page' : 'with nothing')
  }).observe(document, { childList: true, subtree: true })`

/** Who makes the first of a kind, which is the one that takes long. */
const watchFormats = `
  globalThis.firstMade = {}
  for (const kind of ['DateTimeFormat', 'NumberFormat'])
    Intl[kind] = new Proxy(Intl[kind], {
      construct(made, values) {
        firstMade[kind] ??= new Error().stack
        return new made(...values)
      }
    })`
