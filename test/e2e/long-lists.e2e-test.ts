// `SIGHTLINE_PROOF=long npm run test:e2e`: takes a minute or two.
import { equal, ok } from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { entrances } from '../../bench/generated-events.ts'
import { layOutEvents } from '../../bench/stored-events.ts'
import { dataFolder } from '../../src/core/data-folder.ts'
import { openDatabase } from '../../src/store/database.ts'
import { findChromium } from '../services/chromium.ts'
import { taskTimes } from '../support/task-times.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { VisitedApp } from '../support/visited-app.ts'

const found = findChromium()
const isWanted = process.env.SIGHTLINE_PROOF === 'long'
const skip = 'missing' in found ? found.missing : isWanted ? false : 'SIGHTLINE_PROOF is not long'
const events = 100_000

/** Down to the last of them as fast as they come, and up again, ten screens a frame. Gives how many there were. */
const scrolled = `new Promise(resolve => {
  const list = document.querySelector('[role=listbox]')
  let way = 1
  const step = () => {
    list.scrollTop += way * 10 * list.clientHeight
    const there = Number(document.querySelector('[aria-setsize]')?.getAttribute('aria-setsize') ?? 0)
    if (there >= ${events} && list.scrollTop + list.clientHeight >= list.scrollHeight - 1) way = -1
    if (way < 0 && list.scrollTop === 0) setTimeout(() => resolve(there), 200)
    else requestAnimationFrame(step)
  }
  step()
})`

test('W40 100,000 events are scrolled through with no task of more than 50 ms', { skip }, async t => {
  await using folder = await temporaryFolder()
  const { store } = dataFolder(folder.path)
  await mkdir(dirname(store), { recursive: true })
  {
    await using database = await openDatabase({ file: store })
    await layOutEvents(database, entrances(events), () => undefined)
  }
  await using app = await VisitedApp.open({ data: folder.path, options: [] })
  await app.visit(async page => {
    await page.goto(`${app.url}/events?kind=all`)
    await page.locator('[role=option]').first().waitFor()
    const tasks = await taskTimes(app.browser, async () => equal(await page.evaluate(scrolled), events))
    const [longest = Number.NaN] = tasks.sort((one, other) => other - one)
    t.diagnostic(`${tasks.length} tasks, the longest ${tasks.slice(0, 5).map(ms => ms.toFixed(1))} ms`)
    ok(longest <= 50)
  })
})
