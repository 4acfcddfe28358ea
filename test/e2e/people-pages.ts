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
  readonly visit: (look: (page: Page) => Promise<void>) => Promise<void>
}

/** Flows of an admin called ada, on the server at `url`. */
export function peoplePageTests({ skip, url, visit, barriers, keep }: PeoplePageTests): void {
  const flow = (title: string, go: (looking: Looking) => Promise<void>) =>
    test(title, { skip }, () => visit(page => go({ page, url: url(), barriers, keep })))
  flow('W59 somebody is invited by a link, chooses a password, and is in; the link has ended then', inviteByLink)
  flow('W60 somebody is added and may see a stream; what is taken comes back, and removing names whom', addAndRemove)
  flow('W61 a token is shown once, and revoked by its name', makeAndRevokeToken)
  flow('W62 a setting is refused in a sentence, changed once the difference was seen, and put back', changeSetting)
  flow('W63 settings and people are found with the keyboard alone, and what was done is there again', goByPalette)
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
