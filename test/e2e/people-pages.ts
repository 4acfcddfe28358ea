import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'

interface Looking {
  readonly page: Page
  readonly url: string
  /** What keeps people out, as axe finds it. */
  readonly barriers: (page: Page) => Promise<readonly string[]>
  readonly keep: (page: Page, name: string) => Promise<void>
}

interface PeoplePageTests extends Omit<Looking, 'page' | 'url'> {
  readonly skip: string | false
  readonly url: () => string
  readonly visit: (look: (page: Page) => Promise<void>, options?: { readonly mayFail?: RegExp }) => Promise<void>
}

/** Flows of an admin called ada, on the server at `url`. */
export function peoplePageTests({ skip, url, visit, barriers, keep }: PeoplePageTests): void {
  const flow = (title: string, go: (looking: Looking) => Promise<void>, mayFail?: RegExp) =>
    test(title, { skip }, () => visit(page => go({ page, url: url(), barriers, keep }), mayFail && { mayFail }))
  flow('W59 somebody is invited by a link, chooses a password, and is in; the link has ended then', inviteByLink)
  flow('W60 somebody is added and may see a stream; what is taken comes back, and removing names whom', addAndRemove)
  flow('W61 a token is shown once, and revoked by its name', makeAndRevokeToken)
  flow('W68 a dialog is closed by a press beside it, and not where something is chosen that ends there', chooseText)
  flow('W62 a setting is refused in a sentence, changed once the difference was seen, and put back', changeSetting)
  flow('W64 links that can still be used are listed as they are: one that was made, and none that ended', listLinks)
  flow('W67 who is signed in elsewhere is listed, and signed out there from here', signOutElsewhere)
  const isOutdated = /412 .*\/api\/v1\/settings/
  flow('W66 what somebody else changed since is shown before a setting is applied', applyBehindSomebody, isOutdated)
}

async function inviteByLink({ page, url, barriers, keep }: Looking): Promise<void> {
  await page.goto(`${url}/people`)
  await page.getByRole('button', { name: 'Add somebody' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('linus')
  await keep(page, 'people-invite')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  const link = await dialog.getByLabel('Link for them').inputValue()
  match(link, /\/invited\?token=sli_[\w-]{43}$/)
  await dialog.getByLabel('Link for them').and(page.locator(':focus')).waitFor()
  // Behind the dialog: among everybody, and among the links that can still be used.
  await page
    .locator('td', { hasText: /^linus$/ })
    .nth(1)
    .waitFor({ state: 'attached' })
  deepStrictEqual(await barriers(page), [])
  await keep(page, 'people-invited')
  const theirs = await page.context().browser()!.newContext()
  try {
    const other = await theirs.newPage()
    await other.goto(link)
    equal(await other.getByLabel('Your name').inputValue(), 'linus')
    deepStrictEqual(await barriers(other), [])
    await keep(other, 'invited')
    await other.getByLabel(/^Password/).fill('vier Wörter unter Wasser')
    await other.getByLabel('The same again').fill('vier Wörter unter Wasser')
    await other.getByRole('button', { name: 'Begin' }).click()
    await other.getByRole('heading', { level: 1 }).waitFor()
    await other.goto(link)
    await other.getByText('This link was used').waitFor()
  } finally {
    await theirs.close()
  }
  await dialog.getByRole('link', { name: 'Say what they may see' }).click()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('button', { name: 'Add somebody' }).waitFor()
}

async function listLinks({ page, url, barriers, keep }: Looking): Promise<void> {
  const made = await page.request.post(`${url}/api/v1/users`, { data: { name: 'hedy', role: 'viewer' } })
  equal(made.status(), 201)
  const links = page.getByRole('table', { name: 'Links that can still be used' })
  // All of it without loading the page anew: what was answered a moment ago is taken for right, unless it is asked for again.
  const answered = page.waitForResponse('**/api/v1/invitations')
  await page.goto(`${url}/people`)
  await answered
  for (const end of ['Take back the link for hedy', 'Remove'] as const) {
    await page.getByRole('link', { name: 'hedy', exact: true }).click()
    await page.getByRole('button', { name: 'Link for a new password' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Make a link' }).click()
    await dialog.getByLabel('Link for them').waitFor()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('link', { name: 'All people' }).click()
    await links.getByRole('cell', { name: 'hedy', exact: true }).waitFor()
    if (end === 'Remove') {
      await page.getByRole('link', { name: 'hedy', exact: true }).click()
      await page.getByRole('button', { name: end, exact: true }).click()
      await dialog.getByRole('button', { name: end, exact: true }).click()
    } else {
      deepStrictEqual(await barriers(page), [])
      await keep(page, 'people-links')
      await page.getByRole('button', { name: end }).click()
      await page.getByText('The link for hedy opens nothing any more.').waitFor()
    }
    await page.getByRole('button', { name: 'Add somebody' }).waitFor()
    await links.waitFor({ state: 'detached' })
  }
}

async function addAndRemove({ page, url, barriers, keep }: Looking): Promise<void> {
  await page.goto(`${url}/people`)
  await page.getByRole('button', { name: 'Add somebody' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Grace Hopper')
  await dialog.getByText('A name begins with a small letter').waitFor()
  await dialog.getByLabel('Name').fill('grace')
  await dialog.getByText('By a password').click()
  await dialog.getByRole('button', { name: 'Make one' }).click()
  deepStrictEqual(await barriers(page), [])
  await keep(page, 'people-add')
  await dialog.getByRole('button', { name: 'Add', exact: true }).click()
  match(await dialog.getByLabel('What to tell them').inputValue(), /sign-in – name: grace – password: \S{20,}$/)
  await dialog.getByRole('link', { name: 'Say what they may see' }).click()
  await page.getByText('Nothing was granted').waitFor()
  await page.getByLabel('Which stream').selectOption({ index: 1 })
  await page.getByRole('button', { name: 'Grant', exact: true }).click()
  const take = page.getByRole('button', { name: /^Take away: Stream/ })
  await take.click()
  await page.getByText('Nothing was granted').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await take.waitFor()
  deepStrictEqual(await barriers(page), [])
  await keep(page, 'people-user')
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('heading', { name: 'Remove grace?' }).waitFor()
  await keep(page, 'people-remove')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('button', { name: 'Add somebody' }).waitFor()
  equal(await page.getByRole('link', { name: 'grace' }).count(), 0)
}

async function signOutElsewhere({ page, url }: Looking): Promise<void> {
  const userAgent = 'Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0'
  const elsewhere = await page.context().browser()!.newContext({ userAgent })
  try {
    const form = { name: 'ada', password: 'eleven tall lighthouses' }
    equal((await elsewhere.request.post(`${url}/sign-in`, { form, maxRedirects: 0 })).status(), 303)
    const isLetIn = async () => (await elsewhere.request.get(`${url}/api/v1/recordings`)).ok()
    equal(await isLetIn(), true)
    await page.goto(`${url}/people?view=sessions`)
    await page.getByRole('row', { name: /^ada Firefox on Windows/ }).waitFor()
    await page.goto(`${url}/account`)
    const end = page.getByRole('button', { name: 'Sign out: Firefox on Windows' })
    await end.click()
    await page.getByText('Firefox on Windows was signed out.').waitFor()
    equal(await isLetIn(), false)
    // Sooner than the list is asked for by itself.
    await end.waitFor({ state: 'detached', timeout: 15_000 })
  } finally {
    await elsewhere.close()
  }
}

async function makeAndRevokeToken({ page, url, barriers, keep }: Looking): Promise<void> {
  await page.goto(`${url}/account`)
  await page.getByRole('button', { name: 'New token' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('<b>export</b>')
  await dialog.getByRole('button', { name: 'Make the token' }).click()
  await dialog.getByText('Choose at least one thing').waitFor()
  await dialog.getByLabel('Read: Events and counts').check()
  deepStrictEqual(await barriers(page), [])
  await keep(page, 'account-new-token')
  await dialog.getByRole('button', { name: 'Make the token' }).click()
  match(await dialog.getByLabel('Token', { exact: true }).inputValue(), /^slt_/)
  await keep(page, 'account-token')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Revoke <b>export</b>' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click()
  await page.getByRole('button', { name: 'Show 1 that has ended' }).waitFor()
}

async function chooseText({ page, url }: Looking): Promise<void> {
  await page.goto(`${url}/account`)
  await page.getByRole('button', { name: 'New token' }).click()
  const dialog = page.getByRole('dialog')
  const name = dialog.getByLabel('Name')
  await name.fill('Export')
  const { x, y, height } = (await name.boundingBox())!
  const within = [x + 60, y + height / 2] as const
  const beside = [x - 200, y + height / 2] as const
  for (const [from, to] of [
    [within, beside],
    [beside, within]
  ] as const) {
    await page.mouse.move(...from)
    await page.mouse.down()
    await page.mouse.move(...to, { steps: 4 })
    await page.mouse.up()
    equal(await name.inputValue(), 'Export')
  }
  await page.mouse.click(...beside)
  await dialog.waitFor({ state: 'detached' })
}

async function changeSetting({ page, url, barriers, keep }: Looking): Promise<void> {
  await page.goto(`${url}/settings?find=uploads.atOnce`)
  const field = page.getByLabel(/^Videos at a time/)
  await field.fill('0')
  await page.getByRole('button', { name: 'Look at what changes' }).click()
  await page.getByText('This must be at least 1.').waitFor()
  deepStrictEqual(await barriers(page), [])
  await keep(page, 'settings-wrong')
  await field.fill('7')
  await page.getByRole('button', { name: 'Look at what changes' }).click()
  const dialog = page.getByRole('dialog')
  match(
    await dialog.getByRole('row').nth(1).innerText(),
    /uploads\.atOnce[\s\S]*5[\s\S]*As usual[\s\S]*7[\s\S]*Said here/
  )
  deepStrictEqual(await barriers(page), [])
  await keep(page, 'settings-review')
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await page.getByText('1 setting was changed.').waitFor()
  equal(await field.inputValue(), '7')
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('The settings are as they were before.').waitFor()
  equal(await field.inputValue(), '5')
}

async function applyBehindSomebody({ page, url, barriers, keep }: Looking): Promise<void> {
  const theirs = async (atOnce: number | null) => {
    const answer = await page.request.patch(`${url}/api/v1/settings`, { data: { uploads: { atOnce } } })
    equal(answer.status(), 200, await answer.text())
  }
  await page.goto(`${url}/settings?find=uploads.atOnce`)
  const field = page.getByLabel(/^Videos at a time/)
  await field.fill('7')
  await page.getByRole('button', { name: 'Look at what changes' }).click()
  const dialog = page.getByRole('dialog')
  const change = dialog.getByRole('row').nth(1)
  match(await change.innerText(), /5[\s\S]*As usual[\s\S]*7/)
  await theirs(6)
  try {
    await dialog.getByRole('button', { name: 'Apply' }).click()
    await dialog.getByText('Somebody else changed the settings').waitFor()
    await change.getByText('6', { exact: true }).waitFor()
    match(await change.innerText(), /6[\s\S]*Said here[\s\S]*7/)
    deepStrictEqual(await barriers(page), [])
    await keep(page, 'settings-of-others')
    await dialog.getByRole('button', { name: 'Apply' }).click()
    await page.getByText('1 setting was changed.').waitFor()
    equal(await field.inputValue(), '7')
  } finally {
    await theirs(null)
  }
}
