import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { TrackRecord } from '../src/contract/record.ts'
import { dataFolder } from '../src/core/data-folder.ts'
import { openDatabase } from '../src/store/database.ts'
import { trackRow } from '../src/store/log-sink-rows.ts'
import { reportOfClip } from '../test/support/report-of-clip.ts'
import { VisitedApp } from '../test/support/visited-app.ts'
import { report as said } from '../web/src/strings/uploads.ts'
import { median } from './statistics.ts'

const tracks = 10_000
/** Stands in the page from its begin: when its list of tracks is on the screen. */
const watchList = `(function look() {
  const isThere = document.querySelector('[aria-label="${said.tracksCaption}"] li, [aria-label="${said.tracksCaption}"] [role=row]')
  requestAnimationFrame(isThere ? () => { globalThis.shownMs ??= performance.now() } : look)
})()`

/** From the address to the report of a recording with 10,000 tracks, in milliseconds: the median of some, each in a new browser's window. */
export async function reportMs(folder: string, looks: number): Promise<number> {
  const data = join(folder, 'report')
  const options: readonly string[] = []
  let id: string
  let origin: { readonly stream: string; readonly epoch: number }
  {
    await using app = await VisitedApp.open({ data, options })
    id = await reportOfClip(app, 'many.mp4')
    origin = await app.ask(`GET /api/v1/reports/${id}`)
  }
  await addTracks(data, origin)
  await using app = await VisitedApp.open({ data, options })
  const times: number[] = []
  for (let look = 0; look < looks; look++)
    await app.visit(async page => {
      await page.addInitScript(watchList)
      await page.goto(`${app.url}/reports/${id}`)
      times.push(await shownMs(page))
    })
  return median(times)
}

/** Playwright's own way of waiting is nothing that the page's policy lets in. */
async function shownMs(page: Page): Promise<number> {
  for (const untilMs = performance.now() + 300_000; performance.now() < untilMs; await page.waitForTimeout(50)) {
    const ms = await page.evaluate<number | undefined>('globalThis.shownMs')
    if (ms !== undefined) return ms
  }
  throw new Error('The report did not show its tracks within five minutes.')
}

async function addTracks(data: string, { stream, epoch }: { readonly stream: string; readonly epoch: number }) {
  await using database = await openDatabase({ file: dataFolder(data).store })
  const rows = Array.from({ length: tracks }, (_, index) => {
    const trackId = 1000 + index
    const at = (index % 64) / 128
    const box = { x: at, y: 0.25, w: 0.0625, h: 0.25 }
    const body = {
      ...{ trackId, label: 'person', score: 0.75, detections: 20, snapshot: null },
      ...{ firstPtsMs: index * 100, lastPtsMs: index * 100 + 2000, firstBox: box, lastBox: box, bounds: box }
    }
    const id = `${stream}/${epoch}/${trackId}`
    return trackRow({
      type: 'track',
      id,
      stream,
      epoch,
      atMs: Date.now() + body.firstPtsMs,
      body
    } satisfies TrackRecord)
  })
  await database.sql.transaction().execute(transaction => database.insertNew(transaction, 'tracks', rows))
}
