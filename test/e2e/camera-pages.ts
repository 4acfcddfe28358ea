import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { promisify } from 'node:util'
import type { Locator, Page } from 'playwright-core'
import type { LookedAt } from './stream-editor.ts'

/** Adding a camera by its address. With the demo there, whose picture a camera gives. */
export function cameraPageTests({ skip, url, visit, barriers, keep }: Omit<LookedAt, 'phone'>): void {
  test('W5 a camera that does not answer is said in a sentence', { skip }, () =>
    visit(async page => {
      await page.goto(url())
      const dialog = await tryCamera(page, 'rtsp://127.0.0.1:9/none')
      match(await dialog.getByRole('alert').innerText(), /^Nothing answers there\./)
      deepStrictEqual(await barriers(page), [])
      await keep(page, 'add-camera-refused')
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
    })
  )

  test('W10 a camera that answers shows a picture, and is on the wall once it has a name', { skip }, () =>
    visit(async page => {
      await page.goto(url())
      await using camera = await demoCamera(page, url())
      const dialog = await tryCamera(page, camera.url)
      await dialog.getByRole('img', { name: 'A picture of it' }).waitFor()
      await dialog.getByLabel('Name').fill('Front door')
      await dialog.getByLabel('What looks at it').selectOption('motion')
      deepStrictEqual(await barriers(page), [])
      await keep(page, 'add-camera')
      await dialog.getByRole('button', { name: 'Add the camera' }).click()
      await page.locator('[data-stream=front-door] [data-clear=true]').waitFor({ state: 'attached' })
      // A page whose camera goes would go on asking for its picture.
      await page.goto('about:blank')
      equal((await page.request.delete(`${url()}/api/v1/streams/front-door`)).status(), 204)
    })
  )

  test('W19 what to look for goes along with a camera', { skip }, () =>
    visit(async page => {
      await page.goto(url())
      await using camera = await demoCamera(page, url())
      const dialog = await tryCamera(page, camera.url)
      await dialog.getByLabel('Name').fill('Back door')
      await dialog.getByLabel('What to look for').selectOption('People')
      const sent: unknown[] = []
      await page.route('**/api/v1/streams', route => {
        if (route.request().method() !== 'POST') return route.continue()
        sent.push(route.request().postDataJSON())
        return route.fulfill({ status: 201, json: {} })
      })
      await dialog.getByRole('button', { name: 'Add the camera' }).click()
      await page.getByText('Back door was added.').waitFor()
      deepStrictEqual(sent, [{ name: 'back-door', title: 'Back door', source: camera.url, classes: ['person'] }])
    })
  )
}

/** The dialog that adds a camera, which asks one for a picture. */
async function tryCamera(page: Page, address: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Add a camera' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Address').fill(address)
  await dialog.getByRole('button', { name: 'Try it' }).click()
  return dialog
}

/** A camera that gives the same picture whenever it is asked: one of the demo. */
async function demoCamera(page: Page, url: string): Promise<AsyncDisposable & { readonly url: string }> {
  const picture = await (await page.request.get(`${url}/api/v1/streams/demo/snapshot.jpg`)).body()
  const server = createServer((_, answer) => answer.setHeader('content-type', 'image/jpeg').end(picture))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/picture.jpg`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await promisify(server.close.bind(server))()
    }
  }
}
