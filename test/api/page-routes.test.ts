import { deepStrictEqual, equal, match, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { browserModule } from '../../src/api/browser-module.ts'
import { pageRoutes } from '../../src/api/page-routes.ts'
import { type RunningServer, startServer } from '../../src/api/server.ts'
import { letIn } from '../support/let-in.ts'

let server: RunningServer
before(async () => {
  server = await startServer({
    callers: letIn(),
    host: '127.0.0.1',
    port: 0,
    health: { problems: () => [] },
    routes: pageRoutes
  })
})
after(() => server[Symbol.asyncDispose]())

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${server.url}${path}`, { headers })

test('W1 the page comes with a policy that lets nothing in but what is ours', async () => {
  const answer = await get('/web/live/index.html')
  match(answer.headers.get('content-type') ?? '', /^text\/html/)
  const policy = answer.headers.get('content-security-policy') ?? ''
  for (const part of ["default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'"])
    ok(policy.split('; ').includes(part), policy)
  ok(!/unsafe|https?:|wss?:|\*/.test(policy), policy)
  equal(answer.headers.get('x-content-type-options'), 'nosniff')
})

test('W2 everything that the page and its modules name is there, as what it is', async () => {
  const seen = new Set<string>()
  const waiting = ['/web/live/index.html']
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    const answer = await get(path)
    equal(answer.status, 200, path)
    const text = await answer.text()
    const type = answer.headers.get('content-type') ?? ''
    if (path.endsWith('.js')) match(type, /^text\/javascript/)
    const named = /(?:src|href)="(\/[^"]+)"|url\("(\/[^"]+)"\)|(?:from|import) *['"](\.[^'"]+)['"]/g
    for (const found of text.matchAll(named)) {
      const address = found[1] ?? found[2] ?? found[3] ?? ''
      waiting.push(new URL(address, `${server.url}${path}`).pathname)
    }
  }
  ok(seen.has('/web/src/live/player.js') && seen.has('/web/live/style.css'), [...seen].join())
})

test('W3 what has not changed is not sent again', async () => {
  const tag = (await get('/web/live/page.js')).headers.get('etag') ?? ''
  equal((await get('/web/live/page.js', { 'if-none-match': tag })).status, 304)
  equal((await get('/web/live/page.js', { 'if-none-match': '"another"' })).status, 200)
})

for (const path of [
  '/web/live/page.ts',
  '/web/tsconfig.json',
  '/web/../package.json',
  '/web/..%2fpackage.json',
  '/web/%2e%2e/package.json',
  '/web/live/%00'
]) {
  test(`W4 ${path} is not there`, async () => equal((await get(path)).status >= 400, true))
}

test('W5 an example comes with its own script let in, and no other', async () => {
  const answer = await get('/examples/frames-over-websocket.html')
  equal(answer.status, 200)
  match(answer.headers.get('content-security-policy') ?? '', /script-src 'sha256-[\w+/]{43}='; style-src 'sha256-/)
})

test('W6 modules lose their types and keep their lines', () => {
  const source =
    "import type { A } from './a.ts'\nimport { b } from '../b.ts'\nexport const c: number = b as number // './d.ts'\n"
  const lines = browserModule(source).split('\n')
  deepStrictEqual([lines[0]?.trim(), lines[1]], ['', "import { b } from '../b.js'"])
  match(lines[2] ?? '', /^export const c\s+= b\s+\/\/ '\.\/d\.ts'$/)
})
