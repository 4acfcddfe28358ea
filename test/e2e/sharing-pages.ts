import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { makeClip } from '../support/make-clip.ts'
import { movingSquare } from '../support/moving-square.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import type { LookedAt } from './stream-editor.ts'

const title = `<b>For the coach</b> \u202eelttil ${'w'.repeat(80)}`

/** A report that strangers see, and what was stored that is asked. Of the recording that was made last. */
export function sharingPageTests({ skip, url, phone, visit, barriers, keep }: LookedAt): void {
  const withModels = skip || (process.env.SIGHTLINE_MODELS === undefined && 'SIGHTLINE_MODELS is not set')
  let link = ''
  const isWithin = (page: Page) => page.evaluate('document.documentElement.scrollWidth <= innerWidth')

  test('W22 a link to a report is made in the page, and shown once', { skip: withModels }, () =>
    visit(
      async page => {
        const { items } = await (await page.request.get(`${url()}/api/v1/recordings`)).json()
        await page.goto(`${url()}/reports/${items[0].id}`)
        await page.getByRole('button', { name: 'Share' }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByLabel('What it is for').fill(title)
        await dialog.getByLabel('Ends').selectOption('In a day')
        await dialog.getByRole('button', { name: 'Make a link' }).click()
        await dialog.getByRole('button', { name: 'Take back' }).waitFor()
        link = await dialog.getByLabel('The link', { exact: true }).inputValue()
        match(link, /\/shared\/[0-9a-f-]{36}#sll_[\w-]{43}$/)
        const { items: links } = await (await page.request.get(`${url()}/api/v1/share-links`)).json()
        const holdsMs = links[0].expiresMs - Date.now()
        ok(holdsMs > 23 * 3_600_000 && holdsMs <= 24 * 3_600_000, `${holdsMs} ms`)
        deepStrictEqual(await barriers(page), [])
        equal(await isWithin(page), true)
        await keep(page, 'share')
      },
      { viewport: phone }
    )
  )

  for (const [size, options] of Object.entries({ phone: { viewport: phone, colorScheme: 'dark' as const }, wide: {} }))
    test(`W23 whoever has the link sees the report on ${size} screens, without a session`, { skip: withModels }, () =>
      visit(async page => {
        await page.context().clearCookies()
        await page.goto(link)
        await page.locator('video').waitFor()
        equal(new URL(page.url()).hash, '', 'the secret stays in the address')
        await page.reload()
        await page.locator('video').waitFor()
        deepStrictEqual(await barriers(page), [])
        equal(await isWithin(page), true)
        await keep(page, `shared-${size}`)
        equal((await page.request.get(`${url()}/api/v1/recordings`)).status(), 401)
      }, options)
    )

  test('W24 a link that was taken back says so, and shows nothing', { skip: withModels }, () =>
    visit(async page => {
      const id = new URL(link).pathname.split('/').at(-1)
      equal((await page.request.delete(`${url()}/api/v1/share-links/${id}`)).status(), 204)
      equal((await page.request.get(`${url()}/api/v1/shared/${id}`)).status(), 401)
      await page.goto(`${url()}/shared/no-link`)
      await page.getByRole('heading', { name: 'This link shows nothing any more' }).waitFor()
      deepStrictEqual(await barriers(page), [])
    })
  )

  test('W25 a line that is drawn now says what it would have counted, and can be linked to', { skip }, () =>
    visit(async page => {
      await page.goto(`${url()}/past?stream=demo`)
      const surface = page.getByRole('application')
      await page.getByRole('button', { name: 'Line', exact: true }).click()
      const { x, y, width, height } = (await surface.boundingBox())!
      for (const share of [0.05, 0.95]) await page.mouse.click(x + width * share, y + height * 0.6)
      await page.waitForURL(/shape=line/)
      await page.locator('[data-answer]').waitFor()
      const linked = page.url()
      await page.goto(`${url()}/uploads`)
      await page.goto(linked)
      await page.locator('[data-answer]').waitFor()
      deepStrictEqual(await barriers(page), [])
      await keep(page, 'past-answer')
    })
  )

  test(
    'W26 a coach has metres from the page alone: a video is sent, four places are marked, and it is worked out',
    { skip },
    () =>
      visit(async page => {
        await using folder = await temporaryFolder()
        const path = join(folder.path, 'training.mp4')
        await makeClip(path, { width: 320, height: 240, frames: 100, fps: 20, paint: movingSquare })
        await page.goto(`${url()}/uploads`)
        await page.getByText('What to look for').first().click()
        await page.getByLabel('Model').selectOption('motion')
        deepStrictEqual(await barriers(page), [])
        await keep(page, 'upload-settings')
        await page.locator('input[type=file]').setInputFiles(path)
        await page.getByRole('link', { name: 'training.mp4' }).click({ timeout: 60_000 })
        await page.getByRole('link', { name: 'Distance and speed', exact: true }).click()
        const surface = page.getByRole('application')
        const { x, y, width, height } = (await surface.boundingBox())!
        const places = [
          [0.3, 0.3],
          [0.7, 0.3],
          [0.9, 0.9],
          [0.1, 0.9]
        ] as const
        for (const [across, down] of places) await page.mouse.click(x + width * across, y + height * down)
        await page.getByText('Say where point-1 is').waitFor()
        await page.getByLabel('From point 1 to point 2').fill('40,3')
        await page.getByLabel('From point 2 to point 3').fill('16.5')
        await page.getByText('Look whether the squares').waitFor()
        for (const size of [phone, { width: 1440, height: 900 }]) {
          await page.setViewportSize(size)
          deepStrictEqual(await barriers(page), [])
          equal(await isWithin(page), true)
          await keep(page, `ground-${size.width}`)
        }
        await page.getByRole('button', { name: 'Work it out' }).click()
        await page.getByText('The report has distance').waitFor()
        await keep(page, 'report-with-metres')
        await page
          .getByRole('table', { name: 'Distance and speed' })
          .getByText(/\d (m|ft)$/)
          .first()
          .waitFor()
        deepStrictEqual(await barriers(page), [])
        await keep(page, 'report-with-metres')
        await page.getByRole('link', { name: 'Distance and speed', exact: true }).click()
        equal(await page.getByLabel('From point 2 to point 3').inputValue(), '16.5')
        await page.goBack()
        const ordered: {
          recording?: string
          annotate?: boolean
          settings?: { calibration?: { points: unknown[] } }
        }[] = []
        await page.route('**/api/v1/jobs', route => {
          ordered.push(route.request().postDataJSON())
          return route.fulfill({ status: 202, json: {} })
        })
        await page.getByRole('button', { name: 'Make a video with boxes' }).click()
        await page.getByText('It is being made, with a report of its own.').waitFor()
        deepStrictEqual(
          ordered.map(({ recording, annotate, settings }) => [
            recording,
            annotate,
            settings?.calibration?.points.length
          ]),
          [[new URL(page.url()).pathname.split('/').at(-1), true, 4]]
        )
      })
  )
}
