import { deepStrictEqual, ok } from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { findChromium, startChromium } from '../services/chromium.ts'
import { asFirstAdmin, browserCookies } from '../support/first-admin.ts'
import { inTime } from '../support/in-time.ts'
import { measuredAgain } from '../support/measured-again.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const found = findChromium()
const skip = 'missing' in found ? found.missing : false
const withinMs = 60_000

const settings = `graphql: {introspection: true, graphiql: true}
streams:
  yard: {source: 'rtsp://127.0.0.1:9/yard'}
`

test('GQ10 whoever is signed in asks and follows in the page, which has nothing of another host', {
  skip
}, async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'sightline.yaml')
  await writeFile(path, settings)
  await using serving = new ServingProcess(join(folder.path, 'data'), {}, ['--config', path])
  const [, port = ''] = await serving.says(/http:\S+:(\d+)\/readyz/)
  await serving.says(/Ready, on/)
  const url = `http://localhost:${port}`
  const cookies = browserCookies(url, await asFirstAdmin(url, serving.said))
  await using chromium = await startChromium()
  const context = await chromium.browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.addCookies(cookies)
  context.setDefaultTimeout(withinMs)
  const page = await context.newPage()
  const said: string[] = []
  const elsewhere: string[] = []
  page.on('pageerror', error => said.push(String(error)))
  page.on('console', message => message.type() === 'error' && said.push(message.text()))
  page.on('request', request => {
    if (!/^(http:\/\/localhost|data:)/.test(request.url())) elsewhere.push(request.url())
  })
  await page.goto(`${url}/graphiql`)
  const asked = page.locator('.graphiql-query-editor .CodeMirror')
  const answered = page.getByLabel('Result Window')
  for (const editor of [asked, answered.locator('.CodeMirror')]) await editor.waitFor()
  const yard = answered.getByText('"yard"').first()
  const execute = async () => {
    await page.getByRole('button', { name: /^Execute query/ }).click()
    return yard.waitFor({ timeout: 10_000 }).then(
      () => true,
      () => false
    )
  }
  // Pressed before it knows its editors, it does nothing.
  ok((await measuredAgain(execute, Boolean)).at(-1), await answered.innerText())
  // What there is to ask for was told, and is explained.
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click()
  await page.getByRole('link', { name: 'Subscription', exact: true }).waitFor()
  await page.getByRole('button', { name: 'New tab' }).click()
  await asked.click()
  await page.keyboard.press('Control+A')
  await page.keyboard.insertText('subscription Following { events(stream: ["yard"]) { gapAfter } }')
  // It looks at what was written a moment later.
  await page.getByRole('tab', { name: 'Following' }).waitFor()
  const { promise: isAccepted, resolve: accept } = Promise.withResolvers<void>()
  page.on('websocket', socket =>
    socket.on('framereceived', ({ payload }) => /connection_ack/.test(String(payload)) && accept())
  )
  await page.keyboard.press('Control+Enter')
  await inTime('the subscription was accepted', isAccepted, withinMs)
  await page.getByRole('button', { name: /^Stop query/ }).click()
  await page.getByRole('button', { name: 'Open settings dialog' }).click()
  await page.getByRole('dialog').getByText('Theme').waitFor()
  deepStrictEqual([said, elsewhere], [[], []])
})
