import { deepStrictEqual } from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { findChromium, startChromium } from '../services/chromium.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const found = findChromium()
const skip = 'missing' in found ? found.missing : false
const withinMs = 30_000

const pages: readonly (readonly [path: string, look: (page: Page) => Promise<unknown>])[] = [
  [
    '/docs',
    async page => {
      await page.locator('#operations-events-getEvents').click({ timeout: withinMs })
      await page.getByText('Classes of objects, such as').first().waitFor({ timeout: withinMs })
    }
  ],
  [
    '/redoc',
    async page => {
      await page.getByRole('heading', { name: 'Events, the newest first' }).waitFor({ timeout: withinMs })
      await page.getByPlaceholder('Search').fill('ranking')
      await page.getByRole('search').getByText('What had most events').waitFor({ timeout: withinMs })
    }
  ]
]

for (const [path, look] of pages)
  test(`${path} shows the API to strangers, with nothing of another host`, { skip }, async () => {
    await using folder = await temporaryFolder()
    await using serving = new ServingProcess(join(folder.path, 'data'))
    const [, port = ''] = await serving.says(/http:\S+:(\d+)\/readyz/)
    await using chromium = await startChromium()
    const page = await chromium.browser.newPage()
    const said: string[] = []
    const elsewhere: string[] = []
    page.on('pageerror', error => said.push(String(error)))
    page.on('console', message => message.type() === 'error' && said.push(message.text()))
    page.on('request', request => {
      if (!/^(http:\/\/localhost|data:|blob:)/.test(request.url())) elsewhere.push(request.url())
    })
    await page.goto(`http://localhost:${port}${path}`)
    await look(page)
    deepStrictEqual([said, elsewhere], [[], []])
  })
