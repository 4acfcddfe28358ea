import { deepStrictEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { fakeCamera, startChromium } from '../services/chromium.ts'
import { ServingProcess } from './serving-process.ts'
import { SignedIn } from './signed-in.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** What screens have: of a phone, and of a desk. */
export const screens = { phone: { width: 390, height: 844 }, wide: { width: 1440, height: 900 } } as const

/** How long a visit waits for what is to come. */
const patienceMs = 60_000

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

export interface VisitedAppOptions {
  /** Where it keeps everything. Default: a folder that goes with it. */
  readonly data?: string
  /** Of `sightline serve`. Default: with the demo. */
  readonly options?: readonly string[]
}

/** `sightline serve`, somebody who may do everything, and a browser to look at the web app with. */
export class VisitedApp implements AsyncDisposable {
  readonly url: string
  readonly browser: Browser
  /** Whom visits and questions are of. */
  readonly who: SignedIn
  readonly #parts: AsyncDisposableStack

  private constructor(url: string, browser: Browser, who: SignedIn, parts: AsyncDisposableStack) {
    this.url = url
    this.browser = browser
    this.who = who
    this.#parts = parts
  }

  static async open({ data, options = ['--demo'] }: VisitedAppOptions = {}): Promise<VisitedApp> {
    await using parts = new AsyncDisposableStack()
    const path = data ?? parts.use(await temporaryFolder()).path
    const serving = parts.use(new ServingProcess(path, {}, options))
    const [, port = ''] = await serving.says(/http:\S+:(\d+)\/readyz/)
    await serving.says(/Ready/)
    const url = `http://localhost:${port}`
    const { browser } = parts.use(await startChromium({ args: fakeCamera }))
    return new VisitedApp(url, browser, new SignedIn(url, serving.said), parts.move())
  }

  /** A page on which nothing but `mayFail` may fail: no error in the console, which is where a breach of the policy is said, too. */
  async visit(
    look: (page: Page, context: BrowserContext) => Promise<void>,
    { mayFail, ...options }: BrowserContextOptions & { readonly mayFail?: RegExp } = {}
  ): Promise<void> {
    const context = await this.browser.newContext({ viewport: screens.wide, ...options })
    context.setDefaultTimeout(patienceMs)
    await context.addCookies(await this.who.cookies())
    const page = await context.newPage()
    const failures: string[] = []
    page.on('pageerror', error => failures.push(error.message))
    page.on('console', message => {
      if (message.type() === 'error') failures.push(`${message.text()} (${message.location().url})`)
    })
    await look(page, context)
    await context.close()
    deepStrictEqual(
      failures.filter(failure => !mayFail?.test(failure)),
      []
    )
  }

  /** Asks the API, such as `POST /api/v1/streams`; `body` as JSON, or a form. Throws where it refuses. */
  async ask<T>(what: string, body?: object): Promise<T> {
    const [method = '', path = ''] = what.split(' ')
    const isForm = body instanceof FormData
    const answer = await fetch(this.url + path, {
      method,
      headers: { cookie: await this.who.cookie(), ...(body && !isForm && { 'content-type': 'application/json' }) },
      ...(body && { body: isForm ? body : JSON.stringify(body) })
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${what}: ${answer.status} ${text}`)
    return (text === '' ? undefined : JSON.parse(text)) as T
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync()
  }
}

/** What keeps people out, as axe finds it. */
export async function barriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe)
  const { violations } = (await page.evaluate('axe.run(document)')) as {
    violations: readonly { id: string; nodes: readonly { html: string; failureSummary: string }[] }[]
  }
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`)
  )
}
