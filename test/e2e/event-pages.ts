import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import type { LookedAt } from './stream-editor.ts'

/** Not those of the filters. */
const rowsOf = (page: Page) => page.locator('[role=option]')
const seenOf = (page: Page) => rowsOf(page).getByText('Seen', { exact: true })

/** Which event keys are about: rows are called by their places, which others may take. */
function activeEvent(page: Page): Promise<string> {
  return page.evaluate<string>(
    "document.getElementById(document.querySelector('[role=listbox]').getAttribute('aria-activedescendant')).dataset.event"
  )
}

/** How many of the demo's last events the server has as seen. */
async function storedMarks(page: Page, url: string): Promise<number> {
  const answer = await page.request.get(`${url}/api/v1/events?stream=demo&marks=true&limit=1000`)
  const { items } = (await answer.json()) as { items: readonly { seen?: boolean }[] }
  return items.filter(({ seen }) => seen).length
}

/** The first event of the demo that the server has after `sinceMs`. */
async function newEvent(page: Page, url: string, sinceMs: number): Promise<string> {
  for (;;) {
    const answer = await page.request.get(`${url}/api/v1/events?stream=demo&fromMs=${sinceMs}`)
    const { items } = (await answer.json()) as { items: readonly { event: { id: string } }[] }
    const [first] = items
    if (first) return first.event.id
    await page.waitForTimeout(200)
  }
}

/** Going through events. With the demo running for some seconds by now. */
export function eventPageTests({ skip, url, visit, barriers, keep }: Omit<LookedAt, 'phone'>): void {
  test('W70 filters stand in the address, and leave what they say', { skip }, () =>
    visit(async page => {
      await page.goto(`${url()}/events?kind=all`)
      await rowsOf(page).first().waitFor()
      await page.getByLabel('Stream', { exact: true }).selectOption('demo')
      await page.getByLabel('What happened').selectOption('track-started')
      await page.getByLabel('Time', { exact: true }).selectOption('hour')
      await page.waitForURL(/kind=track-started/)
      match(page.url(), /stream=demo.*last=hour|last=hour.*stream=demo/)
      await page.getByLabel('Class').selectOption('person')
      await page.waitForURL(/label=person/)
      await rowsOf(page).getByText('came into view').first().waitFor()
      const rows = await rowsOf(page).allInnerTexts()
      deepStrictEqual(
        rows.filter(row => !/^Person \d+ came into view/.test(row)),
        []
      )
      await page.goto(page.url())
      await rowsOf(page).first().waitFor()
      equal(await page.getByLabel('What happened').inputValue(), 'track-started')
    })
  )

  test('W72 times are typed digit by digit, and count once all of them are there', { skip }, () =>
    visit(async page => {
      const at = (text: string) => page.evaluate<number>(`Date.parse('${text}')`)
      const [fromMs, toMs] = [await at('2026-07-20T08:00'), await at('2026-07-24T08:00')]
      for (const path of ['events?', 'people?view=audit&', 'past?stream=demo&']) {
        await page.goto(`${url()}/${path}fromMs=${fromMs}&toMs=${toMs}`)
        const field = page.getByLabel('To', { exact: true })
        await field.waitFor()
        await field.focus()
        // Month, day, year: on the way to the 25th is a 2nd, and to 2027 the year 2.
        for (const key of '07252027') await page.keyboard.press(key)
        match(page.url(), new RegExp(`fromMs=${fromMs}&toMs=${toMs}`), path)
        await page.keyboard.press('Enter')
        await page.waitForURL(new RegExp(`fromMs=${fromMs}&toMs=${await at('2027-07-25T08:00')}`))
        // It says so, and has the focus still.
        await page.waitForFunction("document.activeElement.value === '2027-07-25T08:00'")
        equal(await page.evaluate('document.activeElement.labels[0].textContent'), 'To', path)
      }
    })
  )

  test('W73 what happened while the connection was lost is in the list once it is back', { skip }, () =>
    visit(async page => {
      let isAway = false
      const sockets: { close(): Promise<void> }[] = []
      await page.routeWebSocket(/\/api\/v1\/live$/, socket => {
        sockets.push(socket)
        if (isAway) void socket.close()
        // After that nothing that happens is told, as of streams that were quiet before.
        else if (sockets.length === 1) socket.connectToServer()
        else
          socket.connectToServer().onMessage(text => {
            if (!String(text).startsWith('{"type":"event"')) socket.send(text)
          })
      })
      await page.goto(`${url()}/events?kind=all&stream=demo`)
      await rowsOf(page).first().waitFor()
      isAway = true
      await sockets[0]!.close()
      await page.getByText('The server does not answer').waitFor()
      const lostMs = Date.now()
      const missed = await newEvent(page, url(), lostMs)
      isAway = false
      await page.evaluate("dispatchEvent(new Event('online'))")
      await page.locator(`[data-event="${missed}"]`).waitFor()
    })
  )

  test('W71 events are gone through with keys alone, marked as seen, and taken back', { skip }, () =>
    visit(async page => {
      await page.goto(`${url()}/events?kind=all&stream=demo`)
      await rowsOf(page).nth(3).waitFor()
      const list = page.getByRole('listbox')
      const seenIn = (event: string) => page.locator(`[data-event="${event}"]`).getByText('Seen')
      await list.focus()
      await page.keyboard.press('j')
      const first = await activeEvent(page)
      await page.keyboard.press(' ')
      await seenIn(first).waitFor()
      const second = await activeEvent(page)
      ok(second !== first)
      await page.keyboard.press('k')
      equal(await activeEvent(page), first)
      await page.keyboard.press('u')
      await seenIn(first).waitFor({ state: 'detached' })
      await page.getByRole('heading', { name: 'The chosen event' }).waitFor()
      for (const key of ['x', 'j', 'x']) await page.keyboard.press(key)
      await page.getByText('2 chosen').waitFor()
      deepStrictEqual(await barriers(page), [])
      await keep(page, 'events-chosen')
      await page.getByRole('button', { name: 'Mark as seen' }).click()
      await page.getByText('2 events marked as seen.').waitFor()
      await seenOf(page).nth(1).waitFor()
      equal(await seenOf(page).count(), 2)
      equal(await storedMarks(page, url()), 2)
      const put = page.waitForResponse('**/api/v1/events/seen')
      await page.getByRole('button', { name: 'Undo' }).click()
      await seenOf(page).first().waitFor({ state: 'detached' })
      await put
      equal(await storedMarks(page, url()), 0)
    })
  )
}
