import { deepStrictEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { LookedAt } from './stream-editor.ts'

type Looking = Pick<LookedAt, 'barriers' | 'keep'> & { readonly page: Page; readonly url: string }

/** Going from everywhere to everything, with the keyboard alone. For an admin called ada, with the demo there. */
export function palettePageTests({ skip, url, visit, barriers, keep }: Omit<LookedAt, 'phone'>): void {
  const flow = (title: string, go: (looking: Looking) => Promise<void>) =>
    test(title, { skip }, () => visit(page => go({ page, url: url(), barriers, keep })))
  flow('W65 streams, events, reports and what is analysed are found from everywhere', goByWhatThereIs)
  flow('W63 settings and people are found with the keyboard alone, and what was done is there again', goByPalette)
}

async function goByWhatThereIs({ page, url }: Looking): Promise<void> {
  const recording = { id: 'r-7', stream: 'yard', epoch: 1, title: 'Final match', asset: null, startedMs: 0 }
  const job = {
    id: 'abcdefghijkl',
    kind: 'analysis',
    state: 'running',
    priority: 0,
    title: 'Second leg',
    stream: 'yard'
  }
  const items: Readonly<Record<string, object>> = {
    recordings: { ...recording, durationMs: 1000, facts: {}, createdMs: Date.now() },
    jobs: { ...job, epoch: 1, attempt: 1, maxAttempts: 3, progress: 0.4, progressText: '', error: null, result: null }
  }
  for (const [what, item] of Object.entries(items))
    await page.route(new RegExp(`/api/v1/${what}\\?`), route => route.fulfill({ json: { items: [item], next: null } }))
  await page.route('**/preview.jpg', route => route.fulfill({ status: 204 }))
  await page.route('**/r-7', () => undefined)
  await page.goto(url)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const ways: readonly (readonly [text: string, name: RegExp, address: RegExp])[] = [
    ['people at an entrance', /^Demo: people at an entrance/, /\/streams\/demo$/],
    ['demo line crossed', /crossed walkway/, /\/events\?.*track=demo/],
    ['second leg', /^Second leg/, /\/uploads$/],
    ['final match', /^Final match/, /\/reports\/r-7$/]
  ]
  for (const [text, name, address] of ways) {
    await page.keyboard.press('Control+k')
    await page.locator('[role=combobox]:focus').waitFor()
    await page.keyboard.type(text)
    await page.getByRole('option', { name }).first().waitFor()
    // What is found first is what Enter takes.
    await page.locator('[role=option][aria-selected=true]').and(page.getByRole('option', { name })).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(address)
  }
}

async function goByPalette({ page, url, barriers, keep }: Looking): Promise<void> {
  await page.goto(url)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const find = async (text: string, name: RegExp) => {
    await page.keyboard.press('Control+k')
    await page.locator('[role=combobox]:focus').waitFor()
    await page.keyboard.type(text)
    await page.getByRole('option', { name }).first().waitFor()
  }
  await find('videos at a time', /Videos at a time/)
  deepStrictEqual(await barriers(page), [])
  await keep(page, 'palette-setting')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/settings\?find=uploads\.atOnce/)
  await find('ada', /^ada/)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'ada', level: 1 }).waitFor()
  await page.keyboard.press('Control+k')
  const lately = page.getByRole('group', { name: 'Lately' })
  await lately.getByRole('option', { name: /^ada/ }).waitFor()
  await keep(page, 'palette-lately')
  equal(await lately.getByRole('option').count(), 2)
  await page.keyboard.press('Escape')
  equal(await page.getByRole('dialog').count(), 0)
}
