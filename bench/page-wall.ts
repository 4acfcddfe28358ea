import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { VisitedApp } from '../test/support/visited-app.ts'
import { barePage } from './bare/page.ts'

const tiles = 16
const streams = Array.from({ length: tiles }, (_, index) => `cam-${index}`)
/** So that all tiles are seen, and none is scrolled to. */
const viewport = { width: 1920, height: 1500 }
const patienceMs = 300_000

/** What a page did over some seconds. */
export interface Spent {
  /** Processor time of its main thread for each picture that it showed, in milliseconds. */
  readonly msPerPicture: number
  /** Of all tiles together. */
  readonly picturesPerSecond: number
}

/** A wall of 16 live streams: the app's, and a bare one of the same streams. */
export class PageWall implements AsyncDisposable {
  readonly #app: VisitedApp

  private constructor(app: VisitedApp) {
    this.#app = app
  }

  /** Shows the clips in turn, in real time and again, with the detector of motion, which leaves the machine to the page. */
  static async open(clips: readonly string[], folder: string): Promise<PageWall> {
    const settings = streams.map((name, index) => [name, { source: clips[index % clips.length]!, model: 'motion' }])
    const file = join(folder, 'wall.yaml')
    await writeFile(file, JSON.stringify({ streams: Object.fromEntries(settings) }))
    return new PageWall(await VisitedApp.open({ options: ['--config', file] }))
  }

  /** What the app's wall takes for `seconds`, once it has settled. */
  ours(seconds: number, settleMs: number): Promise<Spent> {
    return this.#on('/', '', page => spentOn(page, seconds, settleMs))
  }

  /** The same of the bare page. */
  bare(seconds: number, settleMs: number): Promise<Spent> {
    // Of the same origin, and with nothing on it.
    return this.#on('/healthz', barePage(streams), page => spentOn(page, seconds, settleMs))
  }

  /** Megabytes that the app's wall holds once what nobody needs is collected, every `everyMs`. */
  heap(samples: number, everyMs: number, report: (megabytes: number) => void): Promise<readonly number[]> {
    return this.#on('/', '', async page => {
      await allPlay(page)
      const session = await page.context().newCDPSession(page)
      const megabytes: number[] = []
      for (let sample = 0; sample < samples; sample++) {
        await page.waitForTimeout(everyMs)
        await session.send('HeapProfiler.collectGarbage')
        const { usedSize } = await session.send('Runtime.getHeapUsage')
        megabytes.push(usedSize / 1e6)
        report(usedSize / 1e6)
      }
      return megabytes
    })
  }

  async #on<Found>(path: string, script: string, look: (page: Page) => Promise<Found>): Promise<Found> {
    const context = await this.#app.browser.newContext({ viewport, bypassCSP: script !== '' })
    try {
      // Anew: seven rounds take longer than a session that nobody renews.
      await context.addCookies(await this.#app.who.cookies())
      const page = await context.newPage()
      await page.goto(this.#app.url + path)
      if (script !== '') await page.evaluate(script)
      return await look(page)
    } finally {
      await context.close()
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#app[Symbol.asyncDispose]()
  }
}

const counted = `[...document.querySelectorAll('video')].map(video => video.getVideoPlaybackQuality())
  .map(({ totalVideoFrames, droppedVideoFrames }) => totalVideoFrames - droppedVideoFrames)`

async function allPlay(page: Page): Promise<void> {
  for (const untilMs = performance.now() + patienceMs; performance.now() < untilMs; await page.waitForTimeout(100)) {
    const shown = await page.evaluate<readonly number[]>(counted)
    if (shown.length === tiles && shown.every(pictures => pictures > 3)) return
  }
  throw new Error(`Not all ${tiles} streams played within ${patienceMs} ms.`)
}

async function spentOn(page: Page, seconds: number, settleMs: number): Promise<Spent> {
  await allPlay(page)
  await page.waitForTimeout(settleMs)
  const session = await page.context().newCDPSession(page)
  // Processor time, and not what a clock shows meanwhile.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const before = await now(page, session)
  await page.waitForTimeout(seconds * 1000)
  const after = await now(page, session)
  const pictures = after.pictures - before.pictures
  return {
    msPerPicture: (1000 * (after.taskSeconds - before.taskSeconds)) / pictures,
    picturesPerSecond: pictures / (after.seconds - before.seconds)
  }
}

async function now(page: Page, session: CDPSession) {
  const { metrics } = await session.send('Performance.getMetrics')
  const pictures = (await page.evaluate<readonly number[]>(counted)).reduce((sum, each) => sum + each)
  const taskSeconds = metrics.find(({ name }) => name === 'TaskDuration')!.value
  return { taskSeconds, pictures, seconds: performance.now() / 1000 }
}
