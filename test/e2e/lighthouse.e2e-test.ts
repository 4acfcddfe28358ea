// `SIGHTLINE_LIGHTHOUSE=yes npm run test:e2e`: takes two minutes, wants a quiet machine, and fetches Lighthouse.
import { ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { chromium } from 'playwright-core'
import { findChromium, type RunningChromium, startChromium } from '../services/chromium.ts'
import { freePort } from '../services/free-port.ts'
import { findLighthouse, judgePage } from '../services/lighthouse.ts'
import { reportOfClip } from '../support/report-of-clip.ts'
import { VisitedApp } from '../support/visited-app.ts'

const wanted = process.env.SIGHTLINE_LIGHTHOUSE !== undefined
const found = findChromium()
const lighthouse = wanted ? findLighthouse() : { missing: 'SIGHTLINE_LIGHTHOUSE is not set' }
const missing = [lighthouse, found].flatMap(each => ('missing' in each ? [each.missing] : []))
const skip = missing[0] ?? false

/** Of 100. */
const least = { performance: 95, accessibility: 100, 'best-practices': 95 } as const
let app: VisitedApp
let running: RunningChromium
let port = 0
let report = ''

before(async () => {
  if (skip !== false) return
  app = await VisitedApp.open()
  report = await reportOfClip(app, 'match.mp4')
  port = await freePort()
  running = await startChromium({ args: [`--remote-debugging-port=${port}`] })
})
after(async () => {
  await running?.[Symbol.asyncDispose]()
  await app?.[Symbol.asyncDispose]()
})

for (const as of ['phone', 'desk'] as const) {
  for (const page of ['sign-in', 'events', 'report'] as const) {
    test(`L1 ${page} is fast, open to all and built well, on a ${as}`, { skip }, async t => {
      const url = `${app.url}/${page === 'report' ? `reports/${report}` : page}`
      const look = async () => {
        await forgetKept()
        const session = await running.browser.newBrowserCDPSession()
        // Lighthouse looks through a window of its own, which is not one of Playwright's.
        await session.send('Storage.clearCookies')
        if (page !== 'sign-in') await session.send('Storage.setCookies', { cookies: await app.who.cookies() })
        const judged = await judgePage('path' in lighthouse ? lighthouse.path : '', { url, port, as })
        const { scores, faults, index, slowdown, unadjusted } = judged
        const by = as === 'phone' ? `, slowed down ${slowdown} times (4 times: ${unadjusted})` : ''
        t.diagnostic(`${JSON.stringify(scores)} on a machine of ${index}${by}: ${faults.join(', ')}`)
        return judged
      }
      const looks = [await look()]
      // What one load lost to whatever else the machine did, the middle one of three has not: Lighthouse's docs/variability.md.
      if (looks[0]!.scores.performance < least.performance) looks.push(await look(), await look())
      const { scores, faults } = looks.sort((a, b) => a.scores.performance - b.scores.performance)[looks.length >> 1]!
      for (const [name, score] of Object.entries(least))
        ok(scores[name as keyof typeof least] >= score, `${name} ${scores[name as keyof typeof least]}: ${faults}`)
    })
  }
}

/**
 * Lighthouse empties the browser's cache and no more: a page that was told before that its letters are in there would fetch them at
 * once, as nobody's does who comes for the first time.
 */
async function forgetKept(): Promise<void> {
  const browser = await chromium.connectOverCDP(`http://localhost:${port}`)
  const page = await browser.contexts()[0]!.newPage()
  await page.goto(`${app.url}/sign-in`)
  await page.evaluate('localStorage.clear()')
  await page.close()
  await browser.close()
}
