import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { inTime } from '../support/in-time.ts'
import type { LookedAt } from './stream-editor.ts'

const tile = (name: string) => `[data-stream=${name}]`
const tracks = (name: string) => `document.querySelector('${tile(name)} video').srcObject?.active === true`
const names = "[...document.querySelectorAll('article')].map(({ dataset }) => dataset.stream)"
/** How much of the first canvas is drawn on, in pixels. */
const drawn = `(() => {
  const canvas = document.querySelector('main canvas')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  return data.filter((value, index) => index % 4 === 3 && value > 0).length
})()`

/** Whole tiles: which play, in which order, how large, and why one does not. With the demo and the device's camera there. */
export function wallPageTests({ skip, url, visit, keep }: Omit<LookedAt, 'phone' | 'barriers'>): void {
  test('W13 what nobody sees does not play; it begins when it comes into view, and ends when it goes', { skip }, () =>
    visit(async page => {
      await page.addInitScript(
        "addEventListener('DOMContentLoaded', () => { document.body.style.paddingTop = '3000px' })"
      )
      const asked: string[] = []
      page.on('request', request => {
        if (/\/whep\//.test(request.url())) asked.push(request.url())
      })
      const { promise: isTold, resolve: tell } = Promise.withResolvers<void>()
      page.on('websocket', socket =>
        socket.on('framereceived', ({ payload }) => /"up"/.test(String(payload)) && tell())
      )
      await page.goto(url())
      await inTime('the page was told that streams are up', isTold, 60_000)
      await page.locator(tile('demo')).getByText('Live', { exact: true }).waitFor()
      // By then it is known that they are up, and whether they are in view.
      await page.evaluate('new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))')
      deepStrictEqual(asked, [])
      equal(await page.evaluate(tracks('demo')), false)
      await page.locator(tile('demo')).scrollIntoViewIfNeeded()
      await until(page, tracks('demo'))
      await page.evaluate('scrollTo(0, 0)')
      await until(page, `!(${tracks('demo')})`)
    })
  )

  test('W14 tiles are arranged by hand, and stay so', { skip }, () =>
    visit(async page => {
      await page.goto(url())
      await page.locator(tile('camera')).waitFor()
      const before = await page.evaluate<readonly string[]>(names)
      deepStrictEqual(before.slice(0, 2), ['demo', 'camera'])
      await page.locator(`${tile('camera')} footer`).dragTo(page.locator(tile('demo')))
      await until(page, `(${names})[0] === 'camera'`)
      await page.reload()
      await page.locator(tile('camera')).waitFor()
      deepStrictEqual((await page.evaluate<readonly string[]>(names)).slice(0, 2), ['camera', 'demo'])
      await page.getByRole('button', { name: 'More of Demo: people at an entrance' }).click()
      await page.getByRole('menuitem', { name: 'Move to the front' }).click()
      deepStrictEqual(await page.evaluate(names), before)
    })
  )

  test('W15 the wall and a stream of it fill the screen', { skip }, () =>
    visit(async page => {
      await page.goto(url())
      await page.locator(tile('demo')).waitFor()
      await page.getByRole('button', { name: 'Full screen' }).click()
      await until(page, 'document.fullscreenElement?.contains(document.querySelector("article"))')
      await page.evaluate('document.exitFullscreen()')
      await page.getByRole('button', { name: 'More of Demo: people at an entrance' }).click()
      await page.getByRole('menuitem', { name: 'Full screen' }).click()
      await until(page, "document.fullscreenElement?.dataset.stream === 'demo'")
      await page.goto(`${url()}/streams/demo`)
      await page.getByRole('button', { name: 'Full screen' }).click()
      await until(page, "document.fullscreenElement?.querySelector('video') instanceof HTMLVideoElement")
    })
  )

  test('W16 why a stream is down stands in its tile; whoever does not want it any more removes it', { skip }, () =>
    visit(
      async page => {
        const body = { name: 'gone', title: 'Gone', source: 'rtsp://127.0.0.1:9/none' }
        equal((await page.request.post(`${url()}/api/v1/streams`, { data: body })).status(), 201)
        await page.goto(url())
        const gone = page.locator(tile('gone'))
        await gone.getByText('Down', { exact: true }).waitFor()
        await gone
          .getByRole('status')
          .getByText(/127\.0\.0\.1/)
          .waitFor()
        await keep(page, 'wall-down')
        await gone.getByRole('link', { name: 'Gone' }).click()
        // Its tile has such a button, too, and is there until its page is.
        await page.getByRole('heading', { name: 'Gone', level: 1 }).waitFor()
        await page.getByRole('button', { name: 'More of Gone' }).click()
        await page.getByRole('menuitem', { name: 'Remove' }).click()
        await page.getByRole('heading', { name: 'Remove Gone?' }).waitFor()
        await keep(page, 'stream-remove')
        await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
        await page.getByText('Gone was removed.').waitFor()
        await page.waitForURL(`${url()}/`)
        await gone.waitFor({ state: 'detached' })
      },
      // Its page looks how it is now and then, also while it goes.
      { mayFail: /404.*\/api\/v1\/streams\/gone/ }
    )
  )

  test('W18 a stream rests until somebody has it go on, and that is one press away', { skip }, () =>
    visit(async page => {
      await page.goto(`${url()}/streams/demo`)
      const badge = (text: string) => page.locator('main').getByText(text, { exact: true }).first()
      await badge('Live').waitFor()
      await page.getByRole('button', { name: 'Pause' }).click()
      await badge('Paused').waitFor()
      equal(await stateOf(page, url()), 'paused')
      await page.getByText('Demo: people at an entrance rests.').waitFor()
      await page.getByRole('status').getByRole('button', { name: 'Resume' }).click()
      await badge('Live').waitFor()
      equal(await stateOf(page, url()), 'up')
    })
  )

  test('W21 while a stream rests, its page has no figures of before', { skip }, () =>
    visit(async page => {
      await page.goto(`${url()}/streams/demo`)
      const figure = (name: RegExp) => page.locator('dt', { hasText: name }).locator('xpath=following-sibling::dd')
      const analysed = figure(/^Looked at$/)
      const inside = page.getByRole('region', { name: 'In the zones now' }).locator('dd').first()
      await analysed.getByText('pictures a second').waitFor()
      await inside.getByText(/^\d+$/).waitFor()
      await page.getByRole('button', { name: 'Pause' }).click()
      for (const each of [analysed, figure(/^Not looked at$/), inside])
        await each.getByText('–', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Resume' }).first().click()
      await analysed.getByText('pictures a second').waitFor()
      await inside.getByText(/^\d+$/).waitFor()
    })
  )

  test('W17 what lies over a picture is switched off and on', { skip }, () =>
    visit(async page => {
      await page.goto(`${url()}/streams/demo`)
      await page.locator('[data-clear=true]').waitFor({ state: 'attached' })
      await until(page, `${drawn} > 0`)
      for (const name of ['Boxes', 'Zones']) await page.getByLabel(name, { exact: true }).uncheck()
      await until(page, `${drawn} === 0`)
      for (const name of ['Trails', 'Zones', 'Boxes']) {
        await page.getByLabel(name, { exact: true }).check()
        await until(page, `${drawn} > 0`)
        await page.getByLabel(name, { exact: true }).uncheck()
        await until(page, `${drawn} === 0`)
      }
    })
  )
}

async function stateOf(page: Page, url: string): Promise<string | undefined> {
  const { state } = await (await page.request.get(`${url}/api/v1/streams/demo`)).json()
  return state?.state
}

/** Playwright's own way of waiting is nothing that the page's policy lets in. */
async function until(page: Page, condition: string): Promise<void> {
  for (const untilMs = performance.now() + 60_000; performance.now() < untilMs; await page.waitForTimeout(50))
    if (await page.evaluate<boolean>(condition)) return
  throw new Error(`It did not come to ${condition}`)
}
