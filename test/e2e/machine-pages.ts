import { deepStrictEqual, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { LookedAt } from './stream-editor.ts'

/** What the server is, and what it finds things with: as an admin sees it, with the demo running. */
export function machinePageTests({ skip, url, phone, visit, barriers, keep }: LookedAt): void {
  test('W40 what the doctor has found and what was logged keep nobody out', { skip }, () =>
    visit(
      async page => {
        await page.goto(`${url()}/system`)
        await page.getByRole('tab', { name: 'Doctor' }).click()
        await page.getByText('Data folder').waitFor({ timeout: 20_000 })
        deepStrictEqual(await barriers(page), [])
        await keep(page, 'system-doctor')
        await page.getByRole('tab', { name: 'Log' }).click()
        await page.getByLabel('As grave as').selectOption('trace')
        await page.getByText('What was logged since the start').waitFor()
        match(page.url(), /view=log&level=trace/)
        deepStrictEqual(await barriers(page), [])
        await keep(page, 'system-log')
      },
      { viewport: phone }
    )
  )

  const withModels = skip || (process.env.SIGHTLINE_MODELS === undefined && 'SIGHTLINE_MODELS is not set')
  test('W41 a model is tried on what a stream shows, looks at the stream then, and no more', { skip: withModels }, () =>
    visit(async page => {
      await page.goto(`${url()}/models`)
      await page.getByRole('link', { name: 'fastestdet' }).click()
      await page.getByLabel('Or what a stream shows now').selectOption('demo')
      const found = page.getByRole('table', { name: 'What was found' })
      const none = page.getByText('Nothing was found.').or(page.getByText('Nothing is as sure as that.'))
      await found.or(none).first().waitFor({ timeout: 20_000 })
      deepStrictEqual(await barriers(page), [])
      await keep(page, 'model-tried')
      await page.getByRole('button', { name: /^Use it here: Demo/ }).click()
      await page.getByText('Uses it').waitFor({ timeout: 20_000 })
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByRole('button', { name: /^Use it here: Demo/ }).waitFor({ timeout: 20_000 })
    })
  )

  test('W42 a licence that asks for much is shown before anything is downloaded', { skip }, () =>
    visit(async page => {
      const model = {
        ...{ name: 'theirs', title: 'Theirs', task: 'detect', family: 'yolov8', licence: 'AGPL-3.0-only' },
        ...{ flags: ['copyleft'], notes: 'Or by contract.', bytes: 3_500_000, input: { width: 640, height: 640 } },
        ...{ jobs: ['people'], speed: 'fast', classes: 'coco', isPresent: false, isDownloadable: true, pull: null }
      }
      const pull = { state: 'running', startedMs: Date.now(), doneBytes: 700_000, totalBytes: 3_500_000, error: null }
      let told: object = model
      await page.route('**/api/v1/models', route => route.fulfill({ json: { items: [told] } }))
      await page.route('**/api/v1/models/theirs/pull', route => {
        told = { ...model, pull }
        return route.fulfill({ status: 202, json: told })
      })
      await page.goto(`${url()}/models`)
      await page.getByRole('button', { name: 'Download' }).click()
      await page.getByRole('dialog').getByText('Or by contract.').waitFor()
      deepStrictEqual(await barriers(page), [])
      await keep(page, 'model-licence')
      await page.getByRole('button', { name: 'Download under AGPL-3.0-only' }).click()
      await page.getByRole('progressbar', { name: 'Download of theirs' }).waitFor()
      await page.getByRole('button', { name: 'Cancel' }).waitFor()
      deepStrictEqual(await barriers(page), [])
      await keep(page, 'model-downloading')
    })
  )
}
