import { deepStrictEqual, equal, match } from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { AppFiles } from '../../../src/api/app-files.ts'
import type { Callers } from '../../../src/api/callers.ts'
import { graphiqlRoute } from '../../../src/api/graphql/graphiql-route.ts'
import { startServer } from '../../../src/api/server.ts'
import { admin, letIn } from '../../support/let-in.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

interface Opened {
  readonly isOn?: () => boolean
  readonly callers?: Callers
  readonly isBuilt?: boolean
}

/** Gives what asks for the page, of a server that goes with the test. */
async function opened(t: TestContext, { isOn = () => true, callers = letIn(), isBuilt = true }: Opened) {
  const stack = new AsyncDisposableStack()
  t.after(() => stack.disposeAsync())
  const { path } = stack.use(await temporaryFolder())
  await mkdir(join(path, 'app'))
  if (isBuilt) await writeFile(join(path, 'graphiql.html'), '<!doctype html><title>try</title>')
  const files = new AppFiles(pathToFileURL(`${path}/`))
  const { url } = stack.use(
    await startServer({
      callers,
      host: '127.0.0.1',
      port: 0,
      health: { problems: () => [] },
      routes: server => graphiqlRoute(server, { isOn, files })
    })
  )
  return (headers: Record<string, string> = {}) => fetch(`${url}/graphiql`, { headers })
}

test('GI1 the page is there while it is configured, and not before or after', async t => {
  let isOn = false
  const ask = await opened(t, { isOn: () => isOn })
  const statuses = [(await ask()).status]
  isOn = true
  statuses.push((await ask()).status)
  isOn = false
  statuses.push((await ask()).status)
  deepStrictEqual(statuses, [404, 200, 404])
})

test('GI2 the page runs scripts of files of ours alone, asks nobody else, and stands in no other page', async t => {
  const answer = await (await opened(t, {}))()
  match(await answer.text(), /<title>try</)
  const policy = answer.headers.get('content-security-policy')?.split('; ') ?? []
  const wanted = ["default-src 'none'", "script-src 'self'", "connect-src 'self'", "frame-ancestors 'none'"]
  deepStrictEqual(
    wanted.filter(each => !policy.includes(each)),
    []
  )
})

for (const [who, callers, status] of [
  ['strangers', { who: async () => undefined, onChange: () => undefined }, 401],
  ['a token of one scope', letIn({ ...admin, scopes: new Set(['events:read'] as const) }), 200]
] as const)
  test(`GI3 ${who} get ${status}, as at /graphql`, async t => {
    equal((await (await opened(t, { callers }))({ via: '1.1 proxy' })).status, status)
  })

test('GI4 where the web app is not built there is no page', async t => {
  equal((await (await opened(t, { isBuilt: false }))()).status, 404)
})
