import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { fakeCamera, findChromium, startChromium } from '../services/chromium.ts'
import { type NetworkNamespace, openNamespace } from '../services/network-namespace.ts'
import { ServingProcess } from '../support/serving-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const person = { name: 'ada', password: 'eleven tall lighthouses' }
const found = findChromium()
const chromium = { missing: 'missing' in found && found.missing }
const opened = openNamespace()
const parts = without(chromium.missing ? chromium : opened)
const network = opened as NetworkNamespace

/** Sightline as somebody starts it for the phones of the house, and what it says of itself. */
class House {
  readonly stack = new AsyncDisposableStack()
  http = ''
  https = ''
  setUp = ''
  authority = ''

  async start(): Promise<void> {
    const folder = this.stack.use(await temporaryFolder())
    const options = ['--listen', network.ourAddress, '--https', '--https-port', '0']
    const serving = this.stack.use(new ServingProcess(folder.path, {}, options))
    const [, https = ''] = await serving.says(/^(https:\/\/\S+)\/ for browsers/m)
    const [, http = ''] = await serving.says(/(http:\/\/\S+)\/install-ca/)
    const [, setUp = ''] = await serving.says(/Set Sightline up, once: (https:\S+)/)
    this.https = https
    this.setUp = setUp
    this.http = http
    this.authority = await (await fetch(`${http}/ca.crt`)).text()
  }
}

const house = new House()
before(async () => {
  if (!parts.skip) await house.start()
})
after(async () => {
  await house.stack.disposeAsync()
  if (opened.missing === false) opened[Symbol.dispose]()
})

/** A page of a browser on the other machine. */
async function onPage(trust: string | undefined, look: (page: Page) => Promise<void>): Promise<void> {
  await using running = await startChromium({ args: fakeCamera, netns: network.name, trust })
  const context = await running.browser.newContext()
  await look(await context.newPage())
}

test('B1 a device that trusts the authority opens a secure page, and its camera', parts, () =>
  onPage(house.authority, async page => {
    await page.goto(`${house.https}/install-ca`)
    equal(new URL(page.url()).hostname, network.ourAddress)
    equal(await page.evaluate('isSecureContext'), true)
    const camera = 'navigator.mediaDevices.getUserMedia({ video: true })'
    const tracks = `${camera}.then(stream => stream.getVideoTracks().map(track => track.readyState))`
    deepStrictEqual(await page.evaluate(tracks), ['live'])
  })
)

test('B2 a device that does not is warned, and finds out what to do without encryption', parts, () =>
  onPage(undefined, async page => {
    const warned = await page.context().newPage()
    const refused = await warned.goto(`${house.https}/`).catch((error: Error) => error.message)
    match(`${refused}`, /ERR_CERT_AUTHORITY_INVALID/)
    await page.goto(`${house.http}/install-ca`)
    equal(await page.evaluate('isSecureContext'), false)
    equal(await page.locator(`a[href="${house.https}/"]`).count(), 1)
    const download = page.waitForEvent('download')
    await page.locator('a[href="/ca.crt"]').first().click()
    equal((await download).suggestedFilename(), 'ca.crt')
  })
)

test('B3 the set-up link works once; whoever opened it is let in, and the page and all it loads', parts, () =>
  onPage(house.authority, async page => {
    await page.goto(`${house.http}/`)
    equal(page.url(), `${house.https}/`, 'led to HTTPS before anything is typed')
    match(await page.content(), /Nobody has set this server up yet/)
    await page.goto(house.setUp)
    await page.getByLabel('Name').fill(person.name)
    await page.getByLabel('Password, at least 10').fill(person.password)
    await page.getByLabel('The same again').fill(person.password)
    await page.getByRole('button').click()
    await page.waitForURL(`${house.https}/`)
    const readings = await page.evaluate("fetch('/readyz').then(answer => answer.json())")
    deepStrictEqual(Object.keys(readings as object), ['status', 'problems'], 'strangers are told the state alone')
    const cookies = await page.context().cookies()
    deepStrictEqual(
      cookies.map(({ name, secure, httpOnly, sameSite }) => ({ name, secure, httpOnly, sameSite })),
      ['__Host-sightline', '__Host-sightline-refresh'].map(name => {
        return { name, secure: true, httpOnly: true, sameSite: 'Strict' }
      })
    )
    equal((await page.goto(house.setUp))?.status(), 403)
  })
)

test('B4 WebSockets open for who has signed in, and for nobody else', parts, () =>
  onPage(house.authority, async page => {
    const open = `new Promise(resolve => {
      const socket = new WebSocket('/api/v1/live')
      socket.onopen = () => resolve('open')
      socket.onerror = () => resolve('refused')
    })`
    await page.goto(`${house.https}/healthz`) // Of this server, and open to everybody.
    equal(await page.evaluate(open), 'refused')
    await page.goto(`${house.https}/`)
    await page.getByLabel('Name').fill(person.name)
    await page.getByLabel('Password').fill('wrong')
    await page.getByRole('button').click()
    await page.getByLabel('Password').fill(person.password)
    await page.getByRole('button').click()
    await page.waitForURL(`${house.https}/`)
    equal(await page.evaluate(open), 'open')
  })
)

test('B5 a stranger’s name that was made to resolve to this machine gets nothing', without(chromium), async () => {
  await using folder = await temporaryFolder()
  await using serving = new ServingProcess(folder.path)
  const [, port] = await serving.says(/http:\/\/127\.0\.0\.1:(\d+)\/readyz/)
  await using running = await startChromium({ args: ['--host-resolver-rules=MAP attacker.example 127.0.0.1'] })
  const page = await running.browser.newPage()
  const answer = await page.goto(`http://attacker.example:${port}/readyz`)
  deepStrictEqual(Object.keys((await answer?.json()) as object), ['status'])
  equal((await page.goto(`http://attacker.example:${port}/`))?.status(), 401)
  equal((await page.goto(`http://localhost:${port}/readyz`))?.ok(), true)
})

function without(part: { readonly missing?: string | false }): { readonly skip?: string } {
  return part.missing ? { skip: part.missing } : {}
}
