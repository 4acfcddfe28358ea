import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { LookedAt } from './stream-editor.ts'

const dropped = `(() => {
  const files = new DataTransfer()
  for (const name of ['notes.mp4', 'more notes.mp4']) files.items.add(new File(['some bytes'], name, { type: 'video/mp4' }))
  return files
})()`

/** Videos on their way, of which none arrives: what becomes of those that do is in app.e2e-test.ts. */
export function uploadPageTests({ skip, url, visit, barriers, keep }: Omit<LookedAt, 'phone'>): void {
  test('W27 several files are dropped at once, each says how far it is, and each can be stopped', { skip }, () =>
    visit(async page => {
      let begun = 0
      await page.route('**/api/v1/uploads', route => {
        if (route.request().method() !== 'POST') return route.continue()
        const location = `${url()}/api/v1/uploads/dropped-${++begun}`
        return route.fulfill({ status: 201, headers: { location, 'tus-resumable': '1.0.0' } })
      })
      // What is sent is on its way for as long as it takes.
      await page.route('**/api/v1/uploads/dropped-*', async route => {
        if (route.request().method() === 'DELETE')
          await route.fulfill({ status: 204, headers: { 'tus-resumable': '1.0.0' } })
      })
      await page.goto(`${url()}/uploads`)
      const place = page.locator('section', { has: page.locator('input[type=file]') })
      await place.dispatchEvent('drop', { dataTransfer: await page.evaluateHandle(dropped) })
      const progress = page.getByRole('progressbar', { name: /notes\.mp4/ })
      await progress.nth(1).waitFor()
      deepStrictEqual(await barriers(page), [])
      await keep(page, 'uploads-sending')
      // One that has not begun is stopped without a word to the server.
      for (const endMs = performance.now() + 60_000; begun < 2 && performance.now() < endMs; )
        await page.waitForTimeout(50)
      for (const left of [1, 0]) {
        await page
          .getByRole('button', { name: /^Cancel .*notes\.mp4/ })
          .first()
          .click()
        await progress.nth(left).waitFor({ state: 'detached' })
      }
      equal(begun, 2)
    })
  )

  test('W28 what is analysed is seen while it is', { skip }, () =>
    visit(async page => {
      const job = {
        ...{ id: 'abcdefghijkl', kind: 'analysis', state: 'running', priority: 0, stream: 'yard', epoch: 1 },
        ...{ attempt: 1, maxAttempts: 3, cancelAsked: false, progress: 0.4, progressText: '', error: null, dueMs: 0 },
        ...{ result: null, createdMs: Date.now(), startedMs: Date.now(), endedMs: null, title: 'match.mp4' }
      }
      const body = await (await page.request.get(`${url()}/api/v1/streams/demo/snapshot.jpg`)).body()
      await page.route('**/api/v1/jobs?*', route => route.fulfill({ json: { items: [job], next: null } }))
      await page.route('**/preview.jpg', route => route.fulfill({ contentType: 'image/jpeg', body }))
      await page.goto(`${url()}/uploads`)
      const preview = page.getByRole('img', { name: 'What was looked at last in match.mp4' })
      await preview.waitFor()
      // What was looked at since takes its place.
      const first = await preview.getAttribute('src')
      await page.locator(`img[alt^="What was looked at last"]:not([src="${first}"])`).waitFor()
      deepStrictEqual(await barriers(page), [])
      await keep(page, 'upload-preview')
    })
  )
}
