import { deepStrictEqual, doesNotMatch, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { failures } from '../../web/src/strings/shell.ts'
import { wall } from '../../web/src/strings/wall.ts'
import { type Answers, RenderedApp } from '../support/rendered-app.ts'

// Pages while nothing has come, where the server refuses or cannot be reached, and where there is nothing.

/** Pages that show what the server has, of every kind. Events are a list past React Query: test/e2e/event-pages.ts. */
const paths = [
  ...['/', '/streams/yard', '/past', '/seen', '/uploads', '/reports/r-7', '/models', '/models/motion'],
  ...['/system', '/system?view=disk', '/system?view=doctor', '/system?view=log'],
  ...['/people', '/people?view=sessions', '/people?view=audit', '/people/ada', '/settings', '/account']
]
const who = { who: { actor: 'user:ada', role: 'admin', scopes: null }, isSetUp: true }

/** Who asks is known; everything else is answered by `rest`. */
function asAdmin(rest: Answers): Answers {
  return request => (new URL(request.url).pathname === '/api/v1/session' ? who : rest(request))
}

let app: RenderedApp
before(async () => {
  app = await RenderedApp.open()
})
after(() => app?.[Symbol.asyncDispose]())

const page = (path: string, rest: Answers) => app.page(path, asAdmin(rest))

test('PG1 while nothing has come, a page says that it is on its way', async () => {
  for (const path of paths)
    match(await page(path, () => undefined), /role="status"|aria-hidden="true" class="animate-/, path)
})

test('PG2 what the server refuses is said in its sentence, with its code, and can be asked for again', async () => {
  const problem = { title: 'No', status: 503, code: 'SL_STORE_UNAVAILABLE', detail: 'The store <b>rests</b>.' }
  const refused = () => Response.json(problem, { status: 503 })
  for (const path of paths) {
    const html = await page(path, refused)
    match(html, /role="alert"/, path)
    match(html, /The store &lt;b&gt;rests&lt;\/b&gt;\. <code[^>]*>SL_STORE_UNAVAILABLE/, path)
    match(html, /Try again<\/button>/, path)
  }
})

test('PG6 who only looks is told of what is refused, too', async () => {
  const viewer = { ...who, who: { ...who.who, role: 'viewer' } }
  const problem = { status: 503, code: 'SL_STORE_UNAVAILABLE', detail: 'The store rests.' }
  for (const path of ['/', '/past', '/seen', '/uploads', '/models'])
    match(
      await app.page(path, request =>
        request.url.endsWith('/session') ? viewer : Response.json(problem, { status: 503 })
      ),
      /role="alert".*The store rests\./s,
      path
    )
})

test('PG3 what cannot be reached is said as that', async () => {
  const cut = () => Promise.reject(new TypeError('fetch failed'))
  for (const path of paths) ok((await page(path, cut)).includes(failures.offline), path)
})

test('PG4 where nobody sends anything yet, the wall has three doors; whoever only looks is told why it is empty', async () => {
  const none = () => ({ items: [], next: null })
  const html = await page('/', none)
  deepStrictEqual(
    [wall.deviceCamera, wall.video, wall.addCamera].map(door => html.includes(`>${door}</span>`)),
    [true, true, true]
  )
  const viewer = { ...who, who: { ...who.who, role: 'viewer' } }
  const looked = await app.page('/', request => (request.url.endsWith('/session') ? viewer : none()))
  ok(looked.includes(wall.emptyViewer))
  doesNotMatch(looked, new RegExp(wall.addCamera))
})

test('PG5 an address that leads nowhere says so, and leads back', async () => {
  const html = await page('/nowhere', () => ({}))
  match(html, /There is nothing here/)
  match(html, /<a [^>]*href="\/"[^>]*>To the wall/)
})
