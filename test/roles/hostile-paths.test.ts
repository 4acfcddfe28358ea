import { deepStrictEqual, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { text as textOf } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { fill } from '../api/rest/rest-contents.ts'
import { people } from '../api/rest/rest-house.ts'
import { ServedHouse } from '../support/served-house.ts'

// Every parameter of every route's path, with what leads out of folders, ends names early, or is no name at all.

let served: ServedHouse
before(async () => {
  served = await ServedHouse.open({}, { callers: () => people })
  await fill(served.house.storage, 'yard')
})
const agent = new Agent({ keepAlive: true })
after(async () => {
  agent.destroy()
  await served[Symbol.asyncDispose]()
})

/** With the address as it is: whatever else sends requests resolves what leads out of folders. */
async function ask(method: string, path: string) {
  const headers = { authorization: 'Bearer admin' }
  const asking = request(served.url, { method, path, agent, headers }).end()
  const [answer] = (await once(asking, 'response')) as [IncomingMessage]
  return { status: answer.statusCode!, headers: answer.headers, body: await textOf(answer) }
}

const hostile = {
  'a way out': '%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  'a way out, encoded twice': '%252e%252e%252fetc%252fpasswd',
  'a way out with backslashes': '..%5c..%5cetc%5cpasswd',
  'a way out in bytes that are no UTF-8': '%c0%ae%c0%ae%c0%afetc',
  'a place on the disk': '%2fetc%2fpasswd',
  'a NUL': 'yard%00.jpg',
  'a line end': 'yard%0d%0ax-injected:%20yes',
  'a prototype': '__proto__',
  'a constructor': 'constructor',
  'a parent': '..',
  'a parent, encoded': '%2e%2e',
  'ten thousand letters': 'a'.repeat(10_000)
} as const

for (const [what, text] of Object.entries(hostile))
  test(`HP1 ${what} in a path leads nowhere, by any route`, async () => {
    const wrong: string[] = []
    let asked = 0
    for (const { method, path } of served.server.routeRules) {
      if (typeof path !== 'string' || !/:\w|\*/.test(path) || ['HEAD', 'OPTIONS'].includes(method)) continue
      for (const parameter of path.match(/:\w+|\*/g) ?? []) {
        const url = path
          .replace(parameter, text)
          .replaceAll(':stream', 'yard')
          .replace(/:\w+|\*/g, '1')
        const { status, headers, body } = await ask(method, url)
        asked++
        const isRefused = status >= 400 && status < 500 && status !== 401 && status !== 403
        const isQuiet = headers['x-injected'] === undefined && !/root:|ENOENT|EACCES|ENAMETOOLONG/.test(body)
        const isGuarded = headers['x-content-type-options'] === 'nosniff'
        const isProblem = /problem\+json/.test(String(headers['content-type'])) || body === ''
        // A page that is the same for all, and finds out in the browser that there is no such place.
        const isPage = parameter === '*' || path === '/shared/:link'
        const isApp = isPage && status === 200 && body.startsWith('<!doctype html>')
        if (!isQuiet || !isGuarded || !(isApp || (isRefused && isProblem)))
          wrong.push(`${method} ${path}, ${parameter}: ${status} ${body.slice(0, 100)}`)
      }
    }
    ok(asked > 30, `${asked}`)
    deepStrictEqual(wrong, [])
  })
